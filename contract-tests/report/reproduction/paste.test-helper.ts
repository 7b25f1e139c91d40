import { spawn, spawnSync } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
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

/** What pasting needs; in CI nothing is missing, and what is is told by a failure. */
const missing = ["bash", "curl", "jq"].filter((tool) => spawnSync(tool, ["--version"]).error);
export const reasonToSkip =
  missing.length > 0 && !process.env["CI"] ? `this machine has no ${missing.join(" and no ")}.` : undefined;

const keys = { WIDGETS_API_KEY: "sk_test_own", WIDGETS_SECOND_API_KEY: "sk_test_second" };

/** A subject that listens on a free port, and a run against it. */
export async function ranAgainst(
  subject: Subject,
  target: Partial<Target> = {},
  options: VerifyOptions = {},
): Promise<{ readonly report: Report; readonly target: Target; readonly close: () => void }> {
  const server = createServer(getRequestListener(subject.fetch, { overrideGlobalObjects: false }));
  // A connection that nobody uses for a while is not closed under whoever takes it up again.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const reached: Target = {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credential: { authorization: `Bearer ${keys.WIDGETS_API_KEY}` },
    secondCredential: { authorization: `Bearer ${keys.WIDGETS_SECOND_API_KEY}` },
    ...target,
  };
  const adapter = await mockAdapter(reached);
  const between = subject.deliver;
  const { report } = await run(adapter ? { adapter, ...reached } : reached, {
    nonce: "n1",
    ...(between ? { reception: { port: 0, between } } : {}),
    ...options,
  });
  const close = () => {
    server.closeAllConnections();
    server.close();
    subject.close();
  };
  return { report, target: reached, close };
}

/** What a shell shows when the lines of a story are pasted into it. */
export function pasted({ shell }: Reproduction): Promise<string> {
  const child = spawn("bash", ["--noprofile", "--norc", "-c", shell.join("\n")], {
    env: { PATH: process.env["PATH"], ...keys },
  });
  let shown = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      shown += text;
    });
  }
  return new Promise((resolve) => child.once("close", () => resolve(shown)));
}

const startTime = { clock: "manual@2026-01-01T00:00:37Z" };

/** The mutant or variant of an id. */
export function builtSubject(id: string): Subject {
  const found = [...mutants, ...variants].find((one) => one.id === id);
  if (!found) throw new Error(`There is no subject ${id}.`);
  return found.build(startTime);
}

/** The story of a rule that a subject breaks, what a shell shows of it, and what is left afterwards. */
export async function pastedStory(
  subject: Subject,
  rule: string,
  target: Partial<Target> = {},
  effort: Effort = "quick",
) {
  const { report, target: reached, close } = await ranAgainst(subject, target, { effort });
  onTestFinished(close);
  const story = report.rules.find(({ id }) => id === rule)?.story;
  if (!story) throw new Error(`No story of ${rule} is told.`);
  const screen = await pasted(story);
  const left = await fetch(`${reached.baseUrl}/api/v1/widgets`, {
    headers: { ...reached.headers, ...reached.credential },
  });
  return { story, screen, left: await left.json() };
}

/** The statuses of the calls that show them, in order. */
export function statuses({ answers }: Reproduction): (number | undefined)[] {
  return answers
    .filter(({ call, status }) => call !== "createWidget" && status !== undefined)
    .map(({ status }) => status);
}

/** The statuses of the responses on a screen, in order. */
export function shownStatuses(screen: string): number[] {
  return [...screen.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
}
