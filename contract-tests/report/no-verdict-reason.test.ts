import { expect, test } from "vitest";
import { widgetScript, write } from "../plan/script.ts";
import { htmlReport } from "./html/html-report.ts";
import { markdownReport } from "./markdown-report.ts";
import { refusing, tried } from "./run.test-helper.ts";
import { textReport } from "./text/text-report.ts";

test("a rule without a verdict says what was missing, and the option that gives it", async () => {
  const { report, rule } = await tried({ isAlone: true });
  expect(rule("SCOPE-2")).toMatchObject({
    verdict: "not-observed",
    reason: "needs an API key of another organization",
    option: "--second-api-key <key>",
  });
  expect(rule("EVENT-2")).toMatchObject({ option: "--webhook-port <n>" });
  expect(rule("DELETE-2")).toMatchObject({ option: "--adapter <module>" });
  expect(rule("AVAIL-1")).toMatchObject({ reason: "no run can check it" });
  expect(rule("RECRAWL-6")).not.toHaveProperty("option");
  for (const { id, verdict, reason } of report.rules) {
    expect([id, reason !== undefined]).toEqual([id, ["not-observed", "inconclusive", "error"].includes(verdict)]);
  }
});

test("an adapter that lacks a member is told which", async () => {
  const adapter = { loadWidget: async () => ({ loads: true }) };
  const { rule } = await tried({ target: { adapter } });
  expect(rule("PAUSE-3").verdict).toBe("pass");
  expect(rule("PAUSE-4").reason).toBe("needs an adapter with startConversation()");
});

test("an adapter that shows no control is told so", async () => {
  const adapter = { startConversation: async () => ({ started: false }) };
  const { rule } = await tried({ target: { adapter } });
  expect(rule("PAUSE-4").reason).toMatch(/no observation of the adapter to compare with/);
});

test("what was refused is said to be", async () => {
  const noKey = await tried({ between: refusing(/^POST/, 401) });
  expect(noKey.rule("PAUSE-1")).toMatchObject({
    reason: "no widget could be created: 401",
    option: "--api-key <key>",
  });
  const noLists = await tried({ between: refusing(/^GET .*widgets$/, 403) });
  expect(noLists.rule("LIST-3").reason).toBe("no list: 403");
});

test("sites that cannot be crawled are told by the option that names others", async () => {
  const { rule } = await tried({
    mock: { crawl: "manual" },
    options: { crawlTimeoutMs: 20_000, readLagMs: 0 },
  });
  expect(rule("PAUSE-2")).toMatchObject({
    reason: "no widget became active while the run waited",
    option: "--site <url>",
  });
});

test("where nobody says that events are sent, silence is told by the option that says so", async () => {
  const { rule } = await tried({ options: { reception: { port: 0 } } });
  expect(rule("EVENT-1")).toMatchObject({ verdict: "not-observed", option: "--webhook-subscribed" });
});

test("a run that ended early says so, with the option that gives it more time", async () => {
  const { report, rule } = await tried({
    options: { timeLimitMs: 1000 },
    mock: { crawl: "2s" },
  });
  expect(report.stoppedEarly).toMatch(/^time limit of 1 s$/);
  expect(rule("A-VIS-1").reason).toBe("the run stopped before: time limit of 1 s");
  expect(rule("A-ENUM-3").reason).toBe("the run sends only documented voices");
  expect(rule("RECRAWL-2")).toMatchObject({ verdict: "not-observed", option: "--time-limit <time>" });
});

test("what a replay did not do is told so", async () => {
  const script = widgetScript("parallel", "once", { live: [write("pauseWidget")] });
  const { rule } = await tried({ options: { replay: { scripts: [script] } } });
  expect(rule("PAUSE-1").verdict).toBe("pass");
  expect(rule("RECRAWL-2").reason).toBe("the run only replayed a reproduction");
});

test("too few widgets are told by the option that allows more", async () => {
  const { rule } = await tried({ options: { maxWidgets: 2 } });
  expect(rule("UPDATE-7")).toMatchObject({ verdict: "not-observed", option: "--max-widgets <n>" });
});

test("every form for people starts its summary with what was not judged, and names the version of the server", async () => {
  const { report } = await tried({ isAlone: true, options: { targetVersion: "build 7<b>" } });
  const count = report.rules.filter(({ option }) => option === "--adapter <module>").length;
  const summary = new RegExp(`Not judged: \\d+ of 70 documented rules: ${count} would need --adapter <module>, `);
  // The sum of those with a verdict and those without is the number of rules.
  const [, without] = /Not judged: (\d+) of/.exec(textReport(report)) ?? [];
  expect(textReport(report)).toContain(`Documented rules: ${70 - Number(without)} pass, ${without} not-observed.`);
  expect(markdownReport(report)).toContain(`${70 - Number(without)} of 70 documented rules pass`);
  expect(textReport(report)).toMatch(/Not judged: .*, 2 can be checked by no run\./);
  expect(textReport(report)).toMatch(summary);
  expect(textReport(report)).toMatch(/version build 7<b>\.$/);
  expect(markdownReport(report)).toMatch(summary);
  expect(htmlReport(report)).toMatch(
    new RegExp(summary.source.replaceAll(/[<>]/g, (one) => (one === "<" ? "&lt;" : "&gt;"))),
  );
  expect(htmlReport(report)).toContain("<code>build 7&lt;b&gt;</code>");
});

test("a page shows the words of the documentation beside a rule", async () => {
  const { report } = await tried({ options: { rules: ["PAUSE-4"] } });
  expect(htmlReport(report)).toContain(
    "said: <q>Paused widgets load on your site but refuse to start conversations.</q>",
  );
});
