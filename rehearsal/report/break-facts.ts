import { printableText } from "../../spec/text/printable-text.ts";
import { describeRequest } from "./describe-request.ts";
import type { ReportedVariation } from "./rehearsal-report.ts";

/** What there is to say of a variation that breaks a client, apart from its last lines; safe to print. */
export function breakFacts(
  one: Pick<ReportedVariation, "rule" | "ruleText" | "difference" | "runs" | "failures" | "broken">,
): readonly (readonly [name: string, fact: string])[] {
  const { rule, ruleText, difference, runs, failures, broken } = one;
  return [
    ["Assumed", `${ruleText} (${rule})`],
    ["Different", difference],
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
  return (broken?.lastLines ?? []).map((line) => printableText(line));
}
