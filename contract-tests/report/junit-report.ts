import { knownText } from "./known-violations.ts";
import { groupOf, type Report, type RuleReport } from "./report.ts";
import { storyText } from "./text/reproduction-text.ts";

/**
 * A report as JUnit's XML, one test a rule: what CI viewers show. A test fails where its rule counts in the exit, and is
 * skipped where there is no verdict or the breach is known of; what is only warned of or noted stands under the suite. The
 * names of the tests are the same whatever comes of them.
 */
export function junitReport({ rules, stats, target, began, seed }: Report): string {
  // What is only assumed is a test where it counts, and else stands under the suite.
  const tests = rules
    .filter(({ basis, counts }) => basis !== "assumed" || counts)
    .map((rule) => ({ rule, outcome: outcomeOf(rule) }));
  const count = (kind: Outcome["kind"]) => tests.filter(({ outcome }) => outcome.kind === kind).length;
  const asides = rules
    .filter(({ verdict, counts }) => !counts && (verdict === "warn" || verdict === "note"))
    .map(({ id, verdict, findings }) => `${verdict} ${id}: ${findings[0]?.says ?? ""}`);
  const attributes = {
    ...{ name: "widgets-mock contract", package: "widgets-mock", id: 0, tests: tests.length },
    ...{ failures: count("failure"), errors: count("error"), skipped: count("skipped") },
    ...{ time: (stats.wallMs / 1000).toFixed(3), timestamp: began.slice(0, 19), hostname: new URL(target).hostname },
  };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<testsuites>",
    `  <testsuite ${written(attributes)}>`,
    `    <properties><property ${written({ name: "target", value: target })}/><property ${written({ name: "seed", value: seed })}/></properties>`,
    ...tests.map(({ rule, outcome }) => testCase(rule, outcome, seed)),
    `    <system-out>${escaped(asides.join("\n"))}</system-out>`,
    "    <system-err></system-err>",
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

/** What a rule's test comes to. */
interface Outcome {
  readonly kind: "passed" | "failure" | "error" | "skipped";
  readonly message: string;
}

function outcomeOf({ verdict, counts, known, reason, option, findings }: RuleReport): Outcome {
  const found = findings[0]?.says;
  const why = `${reason}${option === undefined ? "" : ` (${option})`}`;
  const word = verdict.replace("-", " ");
  if (counts) return { kind: "failure", message: found ?? `${word}: ${why}` };
  if (known && verdict !== "pass") return { kind: "skipped", message: `known ${knownText(known)}. ${found ?? why}` };
  if (verdict === "error") return { kind: "error", message: why };
  if (reason !== undefined) return { kind: "skipped", message: `${word}: ${why}` };
  return { kind: "passed", message: "" };
}

function testCase(rule: RuleReport, { kind, message }: Outcome, seed: number): string {
  const { id, says, verdict, story } = rule;
  const head = `    <testcase ${written({ name: `${id} ${says}`, classname: `widgets-api.${groupOf(id)}`, time: 0 })}`;
  if (kind === "passed") return `${head}/>`;
  if (kind === "skipped") return `${head}><skipped ${written({ message })}/></testcase>`;
  const told = story ? storyText(rule, { paint: (_, text) => text, seed, folder: undefined }) : message;
  return `${head}><${kind} ${written({ message, type: verdict })}>${escaped(told)}</${kind}></testcase>`;
}

function written(attributes: { readonly [name: string]: string | number }): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name}="${escaped(String(value)).replaceAll("\n", "&#10;")}"`)
    .join(" ");
}

/** Characters that XML cannot hold at all are left out. */
function escaped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML 1.0, section 2.2, leaves out.
  const legal = text.replaceAll(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Cs}/gu, "");
  return legal.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
