import { printableText } from "../../spec/text/printable-text.ts";
import { describeRequest } from "./describe-request.ts";
import type { ReportedVariation, StruckOperations } from "./rehearsal-report.ts";

/** What there is to say of a variation that breaks a client, apart from its last lines; safe to print. */
export function breakFacts(
  one: Pick<ReportedVariation, "rule" | "ruleText" | "difference" | "runs" | "failures" | "broken" | "operations">,
): readonly (readonly [name: string, fact: string])[] {
  const { rule, ruleText, difference, runs, failures, broken, operations } = one;
  return [
    ["Assumed", `${ruleText} (${rule})`],
    ["Different", difference],
    ...(operations ? [["Alone", struckText(operations)] as const] : []),
    ...(broken
      ? ([
          ["Ended", `${printableText(broken.end)} after ${broken.seconds} s, failed ${failures} times of ${runs}`],
          ...(broken.finding === undefined ? [] : [["Found", printableText(broken.finding)] as const]),
          ...(broken.after ? [["Went wrong", `after ${describeRequest(broken.after)}`] as const] : []),
        ] as const)
      : []),
  ];
}

/** The last lines of a broken run; safe to print. */
export function lastLinesOf({ broken }: ReportedVariation): readonly string[] {
  return (broken?.lastLines ?? []).map((line) => printableText(line.replaceAll("\t", "  ")));
}

/** Says by which operations trouble breaks a client that strikes one alone. */
export function struckText({ breaking, survived }: StruckOperations): string {
  const breaks =
    breaking.length === 0 ? "no operation breaks it" : `${breaking.join(", ")} ${verbFor(breaking, "break")} it`;
  return survived.length === 0 || breaking.length === 0
    ? breaks
    : `${breaks}, ${survived.join(", ")} ${verbFor(survived, "do")} not`;
}

function verbFor(names: readonly string[], verb: "break" | "do"): string {
  if (names.length > 1) return verb;
  return verb === "do" ? "does" : "breaks";
}
