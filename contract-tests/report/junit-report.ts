import { escapeXml, xmlAttributes } from "../../spec/text/xml.ts";
import { groupOf, hasReproduction, type Report, type RuleReport } from "./report.ts";
import { type TestResult, testResult } from "./test-result.ts";
import { reproductionText } from "./text/reproduction-text.ts";

/**
 * Formats a report as JUnit XML for CI servers, one test per rule. A test fails if its rule fails the run, and is skipped
 * if the rule has no verdict or its violation is known; warnings and notes are the output of the suite. The names of the
 * tests do not depend on the verdicts.
 */
export function junitReport({ rules, stats, target, startedAt, seed }: Report): string {
  // An assumed rule is a test only if it fails the run.
  const tests = rules
    .filter(({ basis, failsRun }) => basis !== "assumed" || failsRun)
    .map((rule) => ({ rule, result: testResult(rule) }));
  const countOf = (kind: TestResult["kind"]) => tests.filter(({ result }) => result.kind === kind).length;
  const output = rules
    .filter(({ verdict, failsRun }) => !failsRun && (verdict === "warn" || verdict === "note"))
    .map(({ id, verdict, findings }) => `${verdict} ${id}: ${findings[0]?.message ?? ""}`);
  const suite = {
    ...{ name: "widgets-mock contract", package: "widgets-mock", id: 0, tests: tests.length },
    ...{ failures: countOf("failure"), errors: countOf("error"), skipped: countOf("skipped") },
    time: (stats.durationMs / 1000).toFixed(3),
    ...{ timestamp: startedAt.slice(0, 19), hostname: new URL(target).hostname },
  };
  const property = (name: string, value: string | number) => `<property ${xmlAttributes({ name, value })}/>`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<testsuites>",
    `  <testsuite ${xmlAttributes(suite)}>`,
    `    <properties>${property("target", target)}${property("seed", seed)}</properties>`,
    ...tests.map(({ rule, result }) => testCase(rule, result, seed)),
    `    <system-out>${escapeXml(output.join("\n"))}</system-out>`,
    "    <system-err></system-err>",
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function testCase(rule: RuleReport, { kind, message }: TestResult, seed: number): string {
  const { id, text, verdict } = rule;
  const name = { name: `${id} ${text}`, classname: `widgets-api.${groupOf(id)}`, time: 0 };
  const head = `    <testcase ${xmlAttributes(name)}`;
  if (kind === "passed") return `${head}/>`;
  if (kind === "skipped") return `${head}><skipped ${xmlAttributes({ message })}/></testcase>`;
  const content = hasReproduction(rule) ? reproductionText(rule, seed) : message;
  return `${head}><${kind} ${xmlAttributes({ message, type: verdict })}>${escapeXml(content)}</${kind}></testcase>`;
}
