import { groupOf, type Report, type RuleReport } from "./report.ts";

/** A report as JUnit's XML, one test a rule: what CI viewers show. The names of the tests never change with the outcome. */
export function junitReport({ rules, stats }: Report): string {
  const count = (...verdicts: readonly RuleReport["verdict"][]) =>
    rules.filter(({ verdict }) => verdicts.includes(verdict)).length;
  const counts =
    `tests="${rules.length}" failures="${count("fail")}" errors="${count("error")}" ` +
    `skipped="${count("not-observed", "inconclusive")}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<testsuites>",
    `  <testsuite name="widgets-mock contract" ${counts} time="${stats.wallMs / 1000}">`,
    ...rules.map(testCase),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function testCase({ id, says, verdict, findings, reason, option }: RuleReport): string {
  const found = escaped(findings[0]?.says ?? verdict);
  const why = escaped(`${verdict.replace("-", " ")}: ${reason}${option === undefined ? "" : ` (${option})`}`);
  const inner = {
    fail: `<failure message="${found}"/>`,
    error: `<error message="${why}"/>`,
    warn: `<system-out>warning: ${found}</system-out>`,
    note: `<system-out>note: ${found}</system-out>`,
    pass: "",
    "not-observed": `<skipped message="${why}"/>`,
    inconclusive: `<skipped message="${why}"/>`,
  }[verdict];
  return `    <testcase classname="widgets-api.${groupOf(id)}" name="${escaped(`${id} ${says}`)}">${inner}</testcase>`;
}

/** Characters that XML cannot hold at all are left out. */
function escaped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML 1.0, section 2.2, leaves out.
  const legal = text.replaceAll(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "");
  return legal.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
