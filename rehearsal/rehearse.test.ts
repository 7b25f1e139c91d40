import { expect, test } from "vitest";
import { publishedDocument } from "../spec/published-document.ts";
import { readKnownDependencies } from "./known-dependencies.ts";
import { type RehearseOptions, type RunClient, rehearse } from "./rehearse.ts";
import { rehearsalAnnotations } from "./report/github-annotations.ts";
import { rehearsalFiles } from "./report/rehearsal-files.ts";
import { rehearsalText } from "./report/text-report.ts";
import { RunLog } from "./run/run-log.ts";
import { createVariations } from "./variations/create-variations.ts";
import type { MockSetup } from "./variations/variation.ts";

const variations = createVariations({
  document: publishedDocument,
  slowCrawl: "2s",
  lateSeconds: 1,
  staleSeconds: 1,
});

const exchange = {
  ...{ requestId: "req_1", method: "GET", path: "/api/v1/widgets", search: "", operation: "listWidgets", status: 200 },
  ...{ assumed: ["A-LIST-3", "A-OBJ-1"], faults: [], idempotencyKey: undefined, replayed: false, requestBody: "" },
  responseBody: JSON.stringify({ data: [1, 2].map((n) => ({ id: `wgt_${n}`, status: "active" })) }),
};

/** Tests that list two widgets; whether they pass depends on what is different, and on how often they ran. */
function clientThat(passes: (setup: MockSetup, run: number) => boolean, lastLines: readonly string[] = []): RunClient {
  let runs = 0;
  return async (setup) => {
    const log = new RunLog(publishedDocument);
    log.addExchange({ ...exchange, faults: setup.faults?.length ? ["flt_1"] : [] });
    const passed = passes(setup, ++runs);
    return { passed, end: { kind: "exited", code: passed ? 0 : 1 }, durationMs: 5, lastLines, log };
  };
}

function optionsFor(options: Partial<RehearseOptions>): RehearseOptions {
  return { variations, report: { version: "0.1.0", command: "npm test", seed: 1 }, ...options };
}

const breaksIfOldest: RunClient = clientThat(({ dialect }) => dialect?.["A-LIST-3"] === undefined);

test("what breaks in each of three runs is relied on, what passes is survived, and the rest was never met", async () => {
  const report = await rehearse(breaksIfOldest, optionsFor({ only: ["A-LIST-3", "A-OBJ-1", "A-PAUSE-2"] }));
  expect(report.variations).toMatchObject([
    { id: "A-OBJ-1=omit", verdict: "survives", runs: 1, failsRun: false },
    { id: "A-LIST-3=oldest", verdict: "breaks", runs: 3, failures: 3, failsRun: true, broken: { end: "exit code 1" } },
    { id: "A-PAUSE-2=refuse", verdict: "not-applicable", runs: 0, reason: "no answer rested on it" },
  ]);
  expect(report).toMatchObject({ runs: 5, exitCode: 1 });
  expect(report.variations[1]?.broken?.after).toMatchObject({
    method: "GET",
    path: "/api/v1/widgets",
    place: 1,
    of: 1,
  });
  expect(rehearsalText(report)).toMatch(
    /^Your integration relies on 1 of 3 variations, survives 1, and has never met 1\.\n\nRelies on \(1\)\n {2}A-LIST-3=oldest/,
  );
});

test("tests that fail now and then are flaky and not dependent, however often they failed before", async () => {
  // The baseline, two that are survived, and then a streak of bad luck.
  const unlucky = clientThat((_, run) => run <= 1 || run > 6);
  const report = await rehearse(unlucky, optionsFor({ only: ["A-OBJ-1", "A-LIST-3"] }));
  expect(report.variations.map(({ verdict }) => verdict)).toEqual(["flaky", "flaky"]);
  expect(report.exitCode).toBe(0);
});

test("a baseline that fails once makes the suite flaky, one that always fails ends the rehearsal", async () => {
  const once = await rehearse(
    clientThat((_, run) => run > 1),
    optionsFor({ only: ["A-OBJ-1"] }),
  );
  expect(once.baseline).toMatchObject({ runs: 2, failures: 1 });
  await expect(
    rehearse(
      clientThat(() => false),
      optionsFor({}),
    ),
  ).rejects.toThrow("the tests fail in the baseline, 3 times of 3: exit code 1");
});

test("tests that never call the mock cannot be rehearsed", async () => {
  const silent: RunClient = async () => ({
    ...{ passed: true, end: { kind: "exited", code: 0 }, durationMs: 1, lastLines: [] },
    log: new RunLog(publishedDocument),
  });
  await expect(rehearse(silent, optionsFor({}))).rejects.toThrow("never called the mock");
});

test("runs go side by side, as many as there are jobs, and verdicts come in the order of the plan", async () => {
  let running = 0;
  let most = 0;
  const client: RunClient = async (setup) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    return breaksIfOldest(setup);
  };
  const { variations: reported } = await rehearse(client, optionsFor({ jobs: 3 }));
  expect(most).toBe(3);
  expect(reported.map(({ id }) => id)).toEqual(variations.map(({ id }) => id));
});

test("a rehearsal that is interrupted reports what it saw until then", async () => {
  const interruption = new AbortController();
  const { signal } = interruption;
  // The baseline, a variation that is survived, one that breaks and is being repeated, and one that never began.
  let runs = 0;
  const client: RunClient = async (setup) => {
    if (runs++ === 3) interruption.abort();
    signal.throwIfAborted();
    return breaksIfOldest(setup);
  };
  const only = ["A-OBJ-1", "A-LIST-3", "A-PAUSE-2", "extra-members"];
  const seen = await rehearse(client, optionsFor({ only, signal }));
  expect(seen.variations.map(({ id, verdict, reason }) => [id, verdict, reason])).toEqual([
    ["A-OBJ-1=omit", "survives", undefined],
    ["A-LIST-3=oldest", "interrupted", "it failed 1 times of 1, which may be chance"],
    ["A-PAUSE-2=refuse", "not-applicable", "no answer rested on it"],
    ["extra-members", "interrupted", "its runs had not ended"],
  ]);
  expect(rehearsalText(seen)).toMatch(/^.*survives 1, .* The rehearsal was interrupted: 2 have no verdict\.\n/);
  expect(rehearsalText(seen)).toMatch(/Interrupted, so no verdict \(2\)\n/);
  expect(rehearsalFiles(seen)["junit.xml"]).toContain('skipped message="interrupted: its runs had not ended"');
});

test("a rehearsal that is interrupted in its baseline has nothing to report", async () => {
  const client: RunClient = (setup) => breaksIfOldest(setup).then(() => AbortSignal.abort().throwIfAborted() as never);
  await expect(rehearse(client, optionsFor({ signal: AbortSignal.abort() }))).rejects.toThrow("aborted");
});

test("a fault that never struck proves nothing", async () => {
  const clearsFaults: RunClient = async (setup) => breaksIfOldest({ ...setup, faults: [] });
  const { variations: reported } = await rehearse(clearsFaults, optionsFor({ only: ["unavailable"] }));
  expect(reported).toMatchObject([{ verdict: "not-applicable", reason: expect.stringContaining("never struck") }]);
});

/** Tests that list and create, and leave the create out after a list that failed. */
function clientOfTwo(passes: (operations: readonly string[]) => boolean): RunClient & { readonly struck: string[][] } {
  const struck: string[][] = [];
  const run: RunClient = async ({ faults = [] }) => {
    const log = new RunLog(publishedDocument);
    const operations = faults.flatMap(({ operation }) => operation ?? []);
    struck.push(operations);
    for (const operation of ["listWidgets", "createWidget"]) {
      const isStruck = operations.includes(operation);
      log.addExchange({ ...exchange, operation, faults: isStruck ? ["flt_1"] : [] });
      if (isStruck) break;
    }
    const passed = passes(operations);
    return { passed, end: { kind: "exited", code: passed ? 0 : 1 }, durationMs: 5, lastLines: [], log };
  };
  return Object.assign(run, { struck });
}

test("trouble that breaks strikes each operation alone, to name which", async () => {
  const client = clientOfTwo((operations) => !operations.includes("createWidget"));
  const begun: string[] = [];
  const report = await rehearse(client, {
    ...optionsFor({ only: ["unavailable"] }),
    onRun: ({ run, variation, operation, done, of }) => begun.push(`${done}/${of} ${run} ${variation} ${operation}`),
  });
  // Whoever waits sees each run.
  expect(begun).toEqual([
    ...[2, 3, 4].map((run) => `0/1 ${run} unavailable undefined`),
    "0/1 5 unavailable listWidgets",
    "0/1 6 unavailable createWidget",
  ]);
  expect(report.variations).toMatchObject([
    { verdict: "breaks", runs: 3, operations: { breaking: ["createWidget"], survived: ["listWidgets"] } },
  ]);
  expect(report.runs).toBe(6);
  expect(rehearsalText(report)).toMatch(/unavailable +The first call of each operation .* \(createWidget\)/);
  expect(rehearsalText(report)).toContain("Alone:      createWidget breaks it, listWidgets does not");
});

test("trouble that only breaks where it strikes several operations says so", async () => {
  const client = clientOfTwo((operations) => operations.length < 2);
  const report = await rehearse(client, optionsFor({ only: ["unavailable"] }));
  expect(report.variations).toMatchObject([{ verdict: "breaks", operations: { breaking: [] } }]);
  expect(rehearsalText(report)).toContain("no operation breaks it");
});

test("an operation that tests leave out once another one has failed is struck in a run of its own", async () => {
  const survives = clientOfTwo(() => true);
  expect(await rehearse(survives, optionsFor({ only: ["unavailable"] }))).toMatchObject({
    variations: [{ verdict: "survives", runs: 2 }],
  });
  expect(survives.struck.map((one) => one.join())).toEqual(["", "listWidgets,createWidget", "createWidget"]);
  const breaks = clientOfTwo((operations) => operations.join() !== "createWidget");
  expect(await rehearse(breaks, optionsFor({ only: ["unavailable"] }))).toMatchObject({
    variations: [{ verdict: "breaks", operations: { breaking: ["createWidget"] } }],
  });
});

test("a dependency that is accepted fails nothing until it expires", async () => {
  const known = (expires: string) => ({ "A-LIST-3": { reason: "asked the vendor", expires } });
  const run = (expires: string) => rehearse(breaksIfOldest, optionsFor({ only: ["A-LIST-3"], known: known(expires) }));
  expect(await run("2999-01-01")).toMatchObject({ exitCode: 0, variations: [{ failsRun: false }] });
  expect(await run("2020-01-01")).toMatchObject({ exitCode: 1, variations: [{ known: { isExpired: true } }] });
  const none = await rehearse(breaksIfOldest, optionsFor({ only: ["A-LIST-3"], failOn: "none" }));
  expect(none).toMatchObject({ exitCode: 0, variations: [{ verdict: "breaks" }] });
});

test.each([
  ['{"A-LIST-33": {}}', 'unknown variation "A-LIST-33", did you mean "A-LIST-3"?'],
  ['{"lost-answer": {"expires": "2027-01-01"}}', 'lost-answer: missing "reason"'],
  ['{"lost-answer": {"reason": "x", "expires": "soon"}}', '"expires" must be a date such as "2027-01-15", got "soon"'],
  ["[]", "must be a JSON object"],
  ["{", "not JSON"],
])("accepted dependencies %s are rejected", (text, message) => {
  expect(() => readKnownDependencies(text, variations)).toThrow(message);
});

test("a name that selects nothing is rejected with the nearest one", async () => {
  await expect(rehearse(breaksIfOldest, optionsFor({ only: ["lost-answers"] }))).rejects.toThrow(
    'unknown variation "lost-answers", did you mean "lost-answer"?',
  );
  await expect(rehearse(breaksIfOldest, optionsFor({ only: ["reset,lost-answer"] }))).rejects.toThrow(
    'unknown variation "reset,lost-answer": give each name alone, reset and lost-answer',
  );
});

test("what a client writes is data in every output", async () => {
  const hostile = [
    "\u001b[2J<script>alert(1)</script>",
    "::error::no",
    "]]>\u0000",
    "`|` **bold** <img src=x>",
    "\u202eabc",
  ];
  const client = clientThat(({ dialect }) => dialect?.["A-LIST-3"] === undefined, hostile);
  const report = await rehearse(client, {
    ...optionsFor({ only: ["A-LIST-3"] }),
    report: { version: "0.1.0", command: "sh -c '<b>\u001b[31m`'", seed: 1 },
  });
  const { "report.html": html = "", "report.md": markdown = "", "junit.xml": junit = "" } = rehearsalFiles(report);
  expect(html).not.toMatch(/<script|<img|<b>/);
  expect(junit).not.toMatch(/<script|<img|\]\]>/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
  for (const text of [html, markdown, junit, rehearsalText(report)]) expect(text).not.toMatch(/[\u0000\u001b\u202e]/);
  expect(rehearsalText(report)).not.toMatch(/^::/m);
  expect(markdown).toMatch(/```\n.*<script>[\s\S]*```/);
  expect(rehearsalAnnotations(report)).toEqual([
    expect.stringMatching(/^::error title=A-LIST-3=oldest breaks::[^\n]*$/),
  ]);
});

test("every variation has a name and a text of its own, and a rule that is assumed", () => {
  expect(new Set(variations.map(({ id }) => id)).size).toBe(variations.length);
  expect(new Set(variations.map(({ difference }) => difference)).size).toBe(variations.length);
  for (const { rule } of variations) expect(publishedDocument["x-rules"][rule].basis).toBe("assumed");
});
