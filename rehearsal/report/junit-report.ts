import { escapeXml, xmlAttributes } from "../../spec/text/xml.ts";
import { breakFacts, lastLinesOf } from "./break-facts.ts";
import type { RehearsalReport, ReportedVariation } from "./rehearsal-report.ts";
import { acceptanceText } from "./verdict-groups.ts";

/**
 * Formats a report as JUnit XML for CI servers, one test per variation. A test fails if its variation fails the run, and is
 * skipped if it does not apply, is accepted, or the suite is flaky in it.
 */
export function rehearsalJunit({ variations, command, seconds, startedAt, seed }: RehearsalReport): string {
  const countOf = (isOne: (variation: ReportedVariation) => boolean) => variations.filter(isOne).length;
  const suite = {
    ...{ name: "widgets-mock rehearse", package: "widgets-mock", id: 0, tests: variations.length },
    ...{
      failures: countOf(({ failsRun }) => failsRun),
      errors: 0,
      skipped: countOf((one) => skipReason(one) !== undefined),
    },
    ...{ time: seconds.toFixed(3), timestamp: startedAt.slice(0, 19), hostname: "localhost" },
  };
  const property = (name: string, value: string | number) => `<property ${xmlAttributes({ name, value })}/>`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<testsuites>",
    `  <testsuite ${xmlAttributes(suite)}>`,
    `    <properties>${property("command", command)}${property("seed", seed)}</properties>`,
    ...variations.map(testCase),
    "    <system-out></system-out>",
    "    <system-err></system-err>",
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

/** Why a variation has no result; undefined if it has one. */
function skipReason({ verdict, reason, known, failsRun }: ReportedVariation): string | undefined {
  if (verdict === "survives" || failsRun) return undefined;
  if (verdict === "breaks") return known ? acceptanceText(known) : "breaks, which does not fail this run";
  return `${verdict.replace("-", " ")}: ${reason}`;
}

function testCase(one: ReportedVariation): string {
  const { id, kind, difference, failsRun } = one;
  const head = `    <testcase ${xmlAttributes({ name: `${id}: ${difference}`, classname: `widgets-api.${kind}`, time: 0 })}`;
  const skipped = skipReason(one);
  if (skipped !== undefined) return `${head}><skipped ${xmlAttributes({ message: skipped })}/></testcase>`;
  if (!failsRun) return `${head}/>`;
  const facts = breakFacts(one).map(([name, fact]) => `${name}: ${fact}`);
  const content = escapeXml([...facts, "", ...lastLinesOf(one)].join("\n"));
  const message = one.broken?.finding ?? one.broken?.end ?? "";
  return `${head}><failure ${xmlAttributes({ message, type: "breaks" })}>${content}</failure></testcase>`;
}
