import { settingsOf } from "../contract-tests/options.ts";
import type { Effort } from "../contract-tests/plan/plan.ts";
import { type Command, configFlag, generalFlags, type Invocation } from "./command-line/command.ts";
import { type FlagValues, withSecretFiles } from "./command-line/flag.ts";
import { connectionFlags } from "./connection-flags.ts";
import { reportFlags, verdictFlags } from "./verdict-flags.ts";

const remote = settingsOf({}, { baseUrl: "https://staging.example", credential: {} });
const thorough = settingsOf({ effort: "thorough" }, { baseUrl: "https://staging.example", credential: {} });
const local = settingsOf({}, { baseUrl: "http://127.0.0.1:1", credential: {} });
const headerPattern = "([!#$%&'*+.^_`|~\\w-]+):\\s*(\\S.*)";
const efforts: readonly Effort[] = ["quick", "normal", "thorough"];

const contractFlags = withSecretFiles({
  url: {
    kind: "text",
    group: "Target",
    placeholder: "base-url",
    positional: true,
    inConfig: true,
    pattern: "https?://.+",
    expected: "an http or https URL",
    description: "URL of the server, without /api/v1, such as https://staging.example.com",
  },
  apiKey: {
    kind: "text",
    group: "Target",
    placeholder: "key",
    environment: "WIDGETS_API_KEY",
    isSecret: true,
    description: "API key, sent as a Bearer token; better given in WIDGETS_API_KEY",
  },
  secondApiKey: {
    kind: "text",
    group: "Target",
    placeholder: "key",
    isSecret: true,
    description: "API key of another organization, sent as the first one is; without it, SCOPE-2 is not observed",
  },
  authHeader: {
    kind: "text",
    group: "Target",
    placeholder: "'Name: value'",
    isSecret: true,
    pattern: headerPattern,
    expected: "'Name: value'",
    description: "Another credential, instead of the API key",
  },
  header: {
    kind: "text",
    group: "Target",
    placeholder: "'Name: value'",
    repeatable: true,
    separator: "\n",
    pattern: headerPattern,
    expected: "'Name: value'",
    description: "Header to send with every request. Reports show it, so no credentials",
  },
  ...connectionFlags,
  userAgent: {
    kind: "text",
    group: "Connection",
    placeholder: "text",
    pattern: "[\\x20-\\x7e]+",
    expected: "printable ASCII",
    description: "User-Agent of every request (default widgets-mock/<version> contract)",
  },
  site: {
    kind: "text",
    group: "Target",
    placeholder: "url",
    repeatable: true,
    description:
      "Sites of yours that the server can crawl, used in turn; {n} becomes a word for each widget. Without it, hosts below " +
      ".example are used, which a real server cannot crawl",
  },
  adapter: {
    kind: "text",
    group: "Target",
    placeholder: "module",
    description:
      "Module that shows what the API does not, such as conversations; mock, for a mock of this package; or none. For a " +
      "mock on this machine, the default is mock",
  },
  webhookPort: {
    kind: "integer",
    group: "Webhooks",
    placeholder: "n",
    min: 0,
    max: 65_535,
    description: "Port of 127.0.0.1 to receive webhooks on; by default a free one, for a mock on this machine",
  },
  webhookPublicUrl: {
    kind: "text",
    group: "Webhooks",
    placeholder: "url",
    pattern: "https?://.+",
    expected: "an http or https URL",
    requires: "webhookPort",
    description: "URL at which the server reaches that port",
  },
  webhookSecret: {
    kind: "text",
    group: "Webhooks",
    placeholder: "secret",
    isSecret: true,
    pattern: "whsec_[A-Za-z0-9+/]{32,88}={0,2}",
    expected: "whsec_ and 24 to 64 bytes in base64",
    requires: "webhookPort",
    description: "Secret that the server signs webhooks with: whsec_ and base64",
  },
  webhookSubscribed: {
    kind: "switch",
    group: "Webhooks",
    requires: "webhookPort",
    description: "The server already sends webhooks there; without it, missing webhooks are not observed",
  },
  maxWidgets: {
    kind: "integer",
    group: "Limits",
    placeholder: "n",
    min: 1,
    max: 10_000,
    description: `Widgets to create in the whole run, a third of them to reproduce violations (default ${perTarget(remote.maxWidgets, local.maxWidgets)})`,
  },
  maxRps: {
    kind: "integer",
    group: "Limits",
    placeholder: "n",
    min: 1,
    max: 10_000,
    description: `Requests per second (default ${perTarget(remote.callsPerSecond, "unlimited")})`,
  },
  maxListCalls: {
    kind: "integer",
    group: "Limits",
    placeholder: "n",
    min: 0,
    max: 1_000_000,
    description: `Requests for lists (default ${perTarget(remote.maxListCalls, local.maxListCalls)})`,
  },
  noWrongCredentials: {
    kind: "switch",
    group: "Limits",
    description:
      "Send no credential that is wrong on purpose. Without this, some come last, each once, until one is turned away for a while",
  },
  timeLimit: {
    kind: "duration",
    min: 1,
    group: "Limits",
    placeholder: "time",
    description: `Time after which the run has stopped and deleted its widgets (default ${perTarget(`${minutes(remote.timeLimitMs)}, with --effort thorough ${minutes(thorough.timeLimitMs)}`, "unlimited")})`,
  },
  crawlTimeout: {
    kind: "duration",
    min: 1,
    group: "Limits",
    placeholder: "time",
    description: `Longest time that a crawl may take (default ${minutes(remote.crawlTimeoutMs)})`,
  },
  readLag: {
    kind: "duration",
    group: "Limits",
    placeholder: "time",
    description: `How stale a read may be (default ${perTarget(`${remote.readLagMs / 1000}s`, `${local.readLagMs / 1000}s`)})`,
  },
  document: {
    kind: "text",
    group: "Target",
    placeholder: "file",
    description: "Changed OpenAPI document, JSON or YAML, to check the server against instead of the bundled one",
  },
  effort: {
    kind: "text",
    group: "Plan",
    placeholder: "name",
    choices: efforts,
    description: `How much to try: quick, normal or thorough (default ${remote.effort})`,
  },
  rules: {
    kind: "text",
    group: "Plan",
    placeholder: "id,...",
    repeatable: true,
    description: 'Check only these rules, such as PAUSE-4 or "LIST-*"; the run leaves out what shows none of them',
  },
  seed: {
    kind: "integer",
    group: "Plan",
    placeholder: "n",
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    description: `Seed of the random steps and values (default ${remote.seed}): the same one makes the same plan`,
  },
  replay: {
    kind: "text",
    group: "Plan",
    placeholder: "file",
    inConfig: false,
    description: "Run one reproduction again, and judge its rule: a file of replay/ in a report",
  },
  plan: { kind: "switch", group: "Plan", inConfig: false, description: "Show what a run would cost, and exit" },
  report: {
    kind: "text",
    group: "Output",
    placeholder: "folder",
    description: "Write the report to this folder; its files are listed below",
  },
  ...reportFlags,
  judge: {
    kind: "text",
    group: "Output",
    placeholder: "history.jsonl",
    inConfig: false,
    description: "Judge a recorded run again, without any request",
  },
  failOnNotObserved: {
    kind: "switch",
    group: "Verdict",
    description: "Exit with 1 as well if a rule that a run can check was not observed",
  },
  ...verdictFlags,
  clean: {
    kind: "text",
    group: "Cleanup",
    placeholder: "ledger.jsonl",
    inConfig: false,
    description: "Delete the widgets that an interrupted run left",
  },
  ...configFlag,
  ...generalFlags,
});

/** `widgets-mock contract init-adapter` and its flags. */
export const initAdapterCommand = {
  name: "contract init-adapter",
  summary: "Write a commented example of an adapter",
  description: [
    "An adapter shows the contract tests what the API does not, such as conversations. The example has each member, " +
      "with the rules that need it, and works with a mock of this package: replace what differs for your server.",
  ],
  flags: {
    file: { kind: "text", positional: true, description: "File to write (default adapter.mjs)" },
    ...generalFlags,
  },
} as const satisfies Command;

/** The values of `widgets-mock contract`. */
export type ContractFlags = FlagValues<typeof contractFlags>;

/** A call of `widgets-mock contract`: its flags, and where each was given. */
export type ContractCall = Pick<Invocation<typeof contractFlags>, "flags" | "sourceOf">;

/** `widgets-mock contract` and its flags. */
export const contractCommand = {
  name: "contract",
  summary: "Check a server against every documented rule",
  description: [
    "It only touches widgets that it created, and deletes them at the end. A rule passes, fails, warns, is inconclusive " +
      "(a violation was seen, but not each time that it was tried) or is not observed. Assumptions are never enforced: deviations " +
      "from them are reported as the dialect of the server.",
  ],
  flags: contractFlags,
  environmentPrefix: "WIDGETS_CONTRACT_",
  config: ["contract"],
  sections: [
    {
      heading: "Adapters",
      text: "widgets-mock contract init-adapter writes an example to start from.",
    },
    {
      heading: "Files of --report",
      rows: [
        ["report.html", "the report, for reading"],
        ["report.md", "the same, for a summary or an issue"],
        ["report.json, junit.xml", "the same, for programs"],
        ["history.jsonl", "every request and response, for --judge"],
        [
          "ledger.jsonl",
          "the widgets that were created, for --clean; without --report, in a temporary folder until they are deleted",
        ],
        ["replay/<rule>.json", "the reproduction of a violation, for --replay"],
        ["dialect.json", "the dialect of the server, for --expect and for serve --dialect"],
        ["comparison.json", "with --compare, what differs, for programs"],
      ],
    },
    {
      heading: "Exit codes",
      rows: [
        ["0", "no documented rule is broken"],
        ["1", "a rule is broken"],
        [
          "2",
          "could not check: bad options, a server that cannot be reached or stopped responding, or an error of the adapter",
        ],
      ],
    },
    {
      heading: "Environment and config file",
      text:
        "Most options can be set by an environment variable, as WIDGETS_CONTRACT_SITE for --site, or in the config " +
        'file, as {"contract": {"site": "https://{n}.sites.your-company.com"}}. Options beat variables, and variables beat the file.',
    },
    {
      heading: "On GitHub Actions",
      text: "Violations become annotations, and report.md is added to the summary of the step.",
    },
  ],
} as const satisfies Command;

function perTarget(forRemote: number | string, forLocal: number | string): string {
  return `${forRemote}; on this machine ${forLocal}`;
}

function minutes(ms: number): string {
  return `${ms / 60_000}m`;
}
