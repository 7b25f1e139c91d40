import { spawn, spawnSync } from "node:child_process";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { mockAdapter } from "../../mock-adapter.ts";
import type { VerifyOptions } from "../../options.ts";
import type { Effort } from "../../plan/plan.ts";
import { mutants } from "../../subjects/mutants.test-helper.ts";
import type { Subject } from "../../subjects/subject.test-helper.ts";
import { variants } from "../../subjects/variants.test-helper.ts";
import type { Target } from "../../target.ts";
import { run } from "../../verify.ts";
import type { Report, Reproduction } from "../report.ts";

/** In CI every tool is there; a missing one is a failure. */
const missing = ["bash", "curl", "jq"].filter((tool) => spawnSync(tool, ["--version"]).error);
export const reasonToSkip = missing.length > 0 && !process.env["CI"] ? `missing: ${missing.join(", ")}` : undefined;

const keys = { WIDGETS_API_KEY: "sk_test_own", WIDGETS_SECOND_API_KEY: "sk_test_second" };

/** Starts a subject on a free port and runs the contract tests against it. */
export async function runOverNetwork(
  subject: Subject,
  target: Partial<Target> = {},
  options: VerifyOptions = {},
): Promise<{ readonly report: Report; readonly target: Target; readonly close: () => void }> {
  const server = createServer((incoming, response) => {
    answer(subject, incoming, response).catch(() => response.destroy());
  });
  // An idle connection is not closed while a client reuses it.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const served: Target = {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credential: { authorization: `Bearer ${keys.WIDGETS_API_KEY}` },
    secondCredential: { authorization: `Bearer ${keys.WIDGETS_SECOND_API_KEY}` },
    ...target,
  };
  const adapter = await mockAdapter(served);
  const between = subject.deliver;
  const { report } = await run(adapter ? { adapter, ...served } : served, {
    nonce: "n1",
    ...(between ? { reception: { port: 0, between } } : {}),
    ...options,
  });
  const close = () => {
    server.closeAllConnections();
    server.close();
    subject.close();
  };
  return { report, target: served, close };
}

/** Answers as a subject does; what it cannot answer breaks the connection. */
async function answer({ fetch }: Subject, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = "GET", url, headers } = incoming;
  const sent = await buffer(incoming);
  const body = sent.length > 0 ? { body: sent } : {};
  const pairs = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  const answered = await fetch(new Request(`http://${headers.host}${url}`, { method, headers: pairs, ...body }));
  response.writeHead(answered.status, Object.fromEntries(answered.headers));
  response.end(Buffer.from(await answered.arrayBuffer()));
}

/** Pastes the commands of a reproduction into a shell, and returns its output. */
export function pasteIntoShell({ commands }: Reproduction): Promise<string> {
  const child = spawn("bash", ["--noprofile", "--norc", "-c", commands.join("\n")], {
    env: { PATH: process.env["PATH"], ...keys },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  return new Promise((resolve) => child.once("close", () => resolve(output)));
}

const startTime = { clock: "manual@2026-01-01T00:00:37Z" };

/** The mutant or variant of an id. */
export function buildSubject(id: string): Subject {
  const found = [...mutants, ...variants].find((one) => one.id === id);
  if (!found) throw new Error(`There is no subject ${id}.`);
  return found.build(startTime);
}

/** Pastes the reproduction of a rule that a subject breaks; returns it, the output, and the widgets that remain. */
export async function pasteReproduction(
  subject: Subject,
  rule: string,
  target: Partial<Target> = {},
  effort: Effort = "quick",
) {
  const { report, target: served, close } = await runOverNetwork(subject, target, { effort });
  onTestFinished(close);
  const reproduction = report.rules.find(({ id }) => id === rule)?.reproduction;
  if (!reproduction) throw new Error(`The report has no reproduction of ${rule}.`);
  const output = await pasteIntoShell(reproduction);
  const left = await fetch(`${served.baseUrl}/api/v1/widgets`, {
    headers: { ...served.headers, ...served.credential },
  });
  return { reproduction, output, left: await left.json() };
}

/** Statuses of the responses that the commands print, in order. */
export function reportedStatuses({ responses }: Reproduction): (number | undefined)[] {
  return responses
    .filter(({ source, httpStatus }) => source !== "createWidget" && httpStatus !== undefined)
    .map(({ httpStatus }) => httpStatus);
}

/** Statuses in the output of a shell, in order. */
export function printedStatuses(output: string): number[] {
  return [...output.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
}
