import { expect, test } from "vitest";
import { githubSummary } from "../../spec/text/github.ts";
import { applyExitPolicy } from "./exit-policy.ts";
import { githubAnnotations } from "./github.ts";
import { junitReport } from "./junit-report.ts";
import { markdownReport } from "./markdown-report.ts";
import { reportWith } from "./report.test-helper.ts";
import { refusing, tried } from "./run.test-helper.ts";

const finding = (message: string) => [{ level: "warn" as const, message, requests: [] }];

function withFinding(verdict: "fail" | "warn", message: string) {
  const report = reportWith({ "OBJ-2": verdict });
  return {
    ...report,
    rules: report.rules.map((rule) => (rule.id === "OBJ-2" ? { ...rule, findings: finding(message) } : rule)),
  };
}

function count(xml: string, element: string): number {
  return xml.split(`<${element} `).length - 1;
}

test("JUnit's tests have the same names whatever comes of them, a class for each group", () => {
  const names = (xml: string) =>
    [...xml.matchAll(/<testcase name="([^"]+)" classname="([^"]+)"/g)].map(([, ...pair]) => pair);
  const passed = names(junitReport(reportWith({})));
  expect(passed).toContainEqual(["PAUSE-4 A paused widget refuses to start a conversation", "widgets-api.PAUSE"]);
  expect(names(junitReport(reportWith({ "PAUSE-4": "fail", "OBJ-1": "not-observed" })))).toEqual(passed);
});

test("in JUnit's XML a breach fails with its reproduction, and what was not judged is skipped with its reason", async () => {
  const { report } = await tried({ between: refusing(/\/resume$/, 409) });
  const xml = junitReport(report);
  expect(xml).toMatch(
    /<failure message="resumeWidget returned 409[^"]*" type="fail">FAIL PAUSE-2[\s\S]*\$ID\/resume&quot;/,
  );
  expect(xml).toContain('<skipped message="not observed: needs a receiver for webhooks (--webhook-port &lt;n&gt;)"/>');
  expect(xml).toContain(` failures="${count(xml, "failure")}" errors="0" skipped="${count(xml, "skipped")}" `);
});

test("in JUnit's XML a warning passes and is told, unless warnings count; what is known is skipped", () => {
  const report = withFinding("warn", "ids begin with widget_");
  expect(junitReport(report)).toMatch(
    /failures="0"[\s\S]*<system-out>warn OBJ-2: ids begin with widget_<\/system-out>/,
  );
  expect(junitReport(applyExitPolicy(report, { failOn: "warn" }))).toContain(
    '<failure message="ids begin with widget_" type="warn">',
  );
  const known = { "OBJ-2": { reason: "old ids", expires: "2999-01-01" } };
  expect(junitReport(applyExitPolicy(report, { failOn: "warn", known }))).toMatch(
    /<skipped message="known violation, suppressed until 2999-01-01: old ids\./,
  );
});

test("text from a server is no XML, no Markdown and no command of a workflow", () => {
  const report = applyExitPolicy(withFinding("fail", 'a%b\r\n::error::x <b>"&\u0007\ud800</b> `|'));
  expect(junitReport(report)).toContain('message="a%b\r&#10;::error::x &lt;b&gt;&quot;&amp;&lt;/b&gt; `|"');
  const [line] = githubAnnotations(report);
  expect(line).toMatch(/^::error title=OBJ-2 Ids start with `wgt_`::a%25b%0D%0A::error::x /);
  expect(line?.split("\n")).toHaveLength(1);
  const markdown = markdownReport(reportWith({}, { stoppedEarly: "a ``` <img>" }));
  expect(markdown).toContain("The run stopped early: ````a ``` <img>````.");
});

test("a warning is annotated as one, and what is known not at all", () => {
  const report = withFinding("warn", "x");
  expect(githubAnnotations(applyExitPolicy(report))[0]).toMatch(/^::warning title=OBJ-2 /);
  expect(githubAnnotations(applyExitPolicy(report, { failOn: "warn" }))[0]).toMatch(/^::error title=OBJ-2 /);
  const known = { "OBJ-2": { reason: "old ids", expires: "2999-01-01" } };
  expect(githubAnnotations(applyExitPolicy(report, { known }))).toEqual([]);
});

test("a summary that is too long for GitHub ends early, on a whole line", () => {
  const cut = githubSummary(`${"é".repeat(99)}\n`.repeat(10_000));
  expect(Buffer.byteLength(cut)).toBeLessThan(1_048_576);
  expect(cut).toMatch(/^é{99}\n\nThe rest is in report\.md\.\n$/m);
});
