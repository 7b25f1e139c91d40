import type { WidgetsDocument } from "../../spec/document.ts";
import type { Report } from "../report-of.ts";

/** A report as JUnit's XML, one test a rule: what CI viewers show. */
export function junitReport(document: WidgetsDocument, { rules, stats }: Report): string {
  const failures = rules.filter(({ verdict }) => verdict === "fail").length;
  const errors = rules.filter(({ verdict }) => verdict === "error").length;
  const skipped = rules.filter(({ verdict }) => verdict === "not-observed" || verdict === "inconclusive").length;
  const cases = rules.map(({ rule, verdict, findings }) => {
    const name = escaped(`${rule} ${document["x-rules"][rule].says}`);
    const says = escaped(findings[0]?.says ?? verdict);
    const inner = {
      fail: `<failure message="${says}"/>`,
      error: `<error message="${says}"/>`,
      warn: `<system-out>warning: ${says}</system-out>`,
      note: `<system-out>note: ${says}</system-out>`,
      pass: "",
      "not-observed": '<skipped message="not observed"/>',
      inconclusive: `<skipped message="inconclusive: ${says}"/>`,
    }[verdict];
    return `    <testcase classname="widgets-api" name="${name}">${inner}</testcase>`;
  });
  const counts = `tests="${rules.length}" failures="${failures}" errors="${errors}" skipped="${skipped}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<testsuites>",
    `  <testsuite name="widgets-mock contract" ${counts} time="${stats.milliseconds / 1000}">`,
    ...cases,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

/** Characters that XML cannot hold at all are left out. */
function escaped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML 1.0, section 2.2, leaves out.
  const legal = text.replaceAll(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "");
  return legal.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
