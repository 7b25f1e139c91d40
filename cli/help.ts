import { scenarios } from "../fixtures/generated/scenarios.ts";
import { document } from "../mock/control-plane/document.ts";
import { magicHosts } from "../mock/world/crawl-plan.ts";
import { defaultSecret } from "../mock/world/webhooks/endpoint.ts";
import { operationsOf } from "../spec/operations.ts";
import { keysHelp } from "./keys.ts";

/** What `widgets-mock --help` prints. */
export const help = `widgets-mock: a stateful mock of the Widgets API.

Usage
  widgets-mock [serve] [options]   runs the mock
  widgets-mock contract <base-url> tells whether an implementation keeps the documented promises;
                                   widgets-mock contract --help has its options
  widgets-mock fixtures <command>  payloads to copy: export, list and check;
                                   widgets-mock fixtures --help has the options
  widgets-mock spec [--rules]      prints the OpenAPI document as JSON, or its rules as a table

Options of serve
  --port <n>              the port to listen on (4010); 0 takes a free one
  --host <address>        the address to listen on (127.0.0.1)
  --crawl <how>           how crawls run (2s):
                            2s, 500ms, 1m   each takes this long
                            30s-60s         each takes a time in this range, chosen by the seed
                            reads:3         three reads of the widget show it running
                            manual          until POST /_mock/widgets/{id}/crawl ends it
                            immediate       it has ended by the next request
  --realistic             the same as --crawl 30s-60s
  --clock <which>         real (default), manual, or manual@2026-04-09T14:00:00Z;
                          POST /_mock/clock/advance {"seconds": n} moves any of them
  --seed <n>              equal seeds and calls give equal ids, durations and choices
  --api-key <key[=org]>   a key that is known, and its organization; repeatable.
                          Without it every sk_test_… is known and its own organization
  --dialect <name|file>   how the gaps of the documentation are filled: default,
                          documented-only, hostile, or a JSON file from rules to choices
  --scenario <name>       what every organization's world begins with: empty (default),
${scenariosHelp()}
  --webhook-url <url>     where every organization's events go; repeatable
  --webhook-secret <s>    what they are signed with: whsec_ and 24 to 64 bytes in base64
                          (${defaultSecret})
  --control-token <t>     lets who sends it in the header Control-Token use /_mock, from any
                          machine; without it /_mock answers this machine alone
  --json                  logs a JSON object per line, after the first
  --quiet                 logs nothing after the first line
  --help                  prints this
  --version               prints the version

Keys of the running mock, on a terminal and without --json and --quiet
${keysHelp()}

Hosts of a site_url that choose the fate of its crawls (anything may stand before them)
${magicHostsHelp()}
The mock's own endpoints, besides GET /openapi.json
${endpointsHelp()}`;

/** The names of the scenarios but `empty`, in lines no longer than the others. */
function scenariosHelp(): string {
  const lines = [""];
  for (const name of Object.keys(scenarios).filter((one) => one !== "empty")) {
    const line = lines.at(-1) ?? "";
    if (line.length + name.length > 60) lines.push("");
    lines[lines.length - 1] += `${name}, `;
  }
  return lines
    .map((line) => `${" ".repeat(26)}${line.trimEnd()}`)
    .join("\n")
    .replace(/,$/, "");
}

function magicHostsHelp(): string {
  return Object.entries(magicHosts)
    .map(([host, { says }]) => `  ${host.padEnd(24)}${says}\n`)
    .join("");
}

function endpointsHelp(): string {
  return operationsOf(document)
    .map(({ method, path, summary }) => `  ${`${method} ${path}`.padEnd(46)}${summary}\n`)
    .join("");
}
