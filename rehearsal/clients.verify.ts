import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type Ended, run, runIn } from "../cli/bin.test-helper.ts";
import type { RehearsalReport } from "./report/rehearsal-report.ts";

const clients = join(import.meta.dirname, "clients");
const webhooks = ["--webhook-url", "http://127.0.0.1:{port}/hook"];

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "widgets-mock-"));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

/** Rehearses a client, with fewer runs where only some variations are of interest. */
async function rehearse(
  args: readonly string[],
  command: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Ended & { readonly report: RehearsalReport }> {
  const to = folder();
  const ended = await runIn(environment, "rehearse", "--jobs", "2", "--report", to, ...args, "--", ...command);
  return { ...ended, report: JSON.parse(readFileSync(join(to, "report.json"), "utf8")) };
}

function idsWith({ variations }: RehearsalReport, verdict: string): string[] {
  return variations.flatMap((one) => (one.verdict === verdict ? [one.id] : []));
}

const surprisesAndAssumptions = ["--only", "assumptions", "--only", "surprises"];

test("a client that polls for ever is named by the failed crawl, and everything that it started is ended", async () => {
  const { report, code, out } = await rehearse(
    ["--only", "failed-crawl", "--only", "unavailable", "--time-limit", "4s"],
    ["python3", join(clients, "polls-forever.py")],
  );
  expect(code).toBe(1);
  expect(idsWith(report, "breaks")).toEqual(["failed-crawl"]);
  expect(idsWith(report, "survives")).toEqual(["unavailable"]);
  expect(report.variations.find(({ id }) => id === "failed-crawl")).toMatchObject({
    rule: "A-FAIL-1",
    broken: { end: "ended by the time limit of 4 s", finding: expect.stringMatching(/read the widget \d+ times more/) },
  });
  expect(out).toContain("A widget whose first crawl failed stays a `draft`");
});

test("a client that trusts the order of the list is named by A-LIST-3", async () => {
  const { report } = await rehearse(surprisesAndAssumptions, ["node", join(clients, "trusts-order.mjs")]);
  expect(idsWith(report, "breaks")).toEqual(["A-LIST-3=oldest"]);
  const [{ broken } = { broken: undefined }] = report.variations.filter(({ verdict }) => verdict === "breaks");
  expect(broken?.after).toMatchObject({ method: "GET", path: "/api/v1/widgets", place: 3, of: 3 });
  expect(broken?.lastLines.join("\n")).toContain("the newest widget is the florist's");
});

test("a client that takes page one for all is named by the size of pages", async () => {
  const program = join(folder(), "takes-page-one");
  execFileSync("go", ["build", "-o", program, join(clients, "takes-page-one.go")]);
  const { report } = await rehearse([...surprisesAndAssumptions, "--only", "unavailable"], [program]);
  expect(idsWith(report, "breaks")).toEqual(["A-LIST-6=short", "small-pages"]);
  expect(idsWith(report, "survives")).toContain("unavailable");
});

test("a receiver that verifies the parsed body is named by how webhooks are spelled", async () => {
  const { report } = await rehearse(webhooks, ["node", join(clients, "verifies-parsed-body.mjs")]);
  expect(idsWith(report, "breaks")).toEqual(["respelled-events"]);
  expect(report.variations.find(({ id }) => id === "respelled-events")?.rule).toBe("A-EVENT-1");
});

test("a client that retries creates blindly is named by the answer that was lost, though its tests pass", async () => {
  const { report } = await rehearse(["--only", "troubles"], ["sh", join(clients, "retries-blindly.sh")]);
  expect(idsWith(report, "breaks")).toEqual(["lost-answer", "cut-answer"]);
  const [lost] = report.variations.filter(({ id }) => id === "lost-answer");
  expect(lost).toMatchObject({ rule: "A-IDEM-1", broken: { end: "exit code 0" } });
  expect(lost?.broken?.finding).toContain("made 2 widgets");
});

test("a client for which every 409 is fatal is named by the crawl that was in progress", async () => {
  const { report } = await rehearse(
    ["--skip", "reset", "--skip", "lost-answer", "--skip", "cut-answer"],
    ["python3", join(clients, "fatal-conflict.py")],
  );
  expect(idsWith(report, "breaks")).toEqual(["A-EXT-1=omit", "crawl-in-progress"]);
  expect(report.variations.find(({ id }) => id === "crawl-in-progress")?.rule).toBe("A-RECRAWL-2");
});

test("a robust client survives everything that it meets", async () => {
  const { report, code } = await rehearse(webhooks, ["node", join(clients, "robust.mjs")]);
  expect([idsWith(report, "breaks"), idsWith(report, "flaky"), code]).toEqual([[], [], 0]);
  expect(idsWith(report, "survives").length).toBeGreaterThan(25);
});

test("a flaky suite is called flaky", async () => {
  const { report, code } = await rehearse(
    ["--jobs", "1", "--only", "A-LIST-3", "--only", "A-OBJ-1", "--only", "troubles"],
    ["node", join(clients, "flaky.mjs")],
    { FLAKY_FILE: join(folder(), "failed") },
  );
  expect(idsWith(report, "breaks")).toEqual([]);
  expect(idsWith(report, "flaky")).not.toEqual([]);
  expect(code).toBe(0);
});

test("a plan says how many runs it would take, and runs the baseline alone", async () => {
  const { out, code } = await run("rehearse", "--plan", "--", "node", join(clients, "trusts-order.mjs"));
  expect(code).toBe(0);
  // Whether a crawl ends while the client runs, and so how many variations there are, is a matter of the machine.
  const plan =
    /^The baseline took .*: 3 requests, 2 operations, .*\n(\d+) runs: the baseline and (\d+) variations, about/;
  const [, runs, variations] = plan.exec(out) ?? [];
  expect(out).toMatch(plan);
  expect(Number(runs)).toBe(Number(variations) + 1);
  expect(out).toContain(`Would run (${variations})`);
});
