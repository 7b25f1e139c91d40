import { printableText } from "../../spec/text/printable-text.ts";
import type { AcceptedDependency } from "../known-dependencies.ts";
import { type RehearsalVerdict, type ReportedVariation, rehearsalVerdicts } from "./rehearsal-report.ts";

/** The headings of a report. */
const headings: { readonly [verdict in RehearsalVerdict]: string } = {
  breaks: "Relies on",
  flaky: "Flaky, so no verdict",
  survives: "Survives",
  "not-applicable": "Has never met",
  interrupted: "Interrupted, so no verdict",
};

/** The variations with one verdict. */
export interface VerdictGroup {
  readonly verdict: RehearsalVerdict;
  readonly heading: string;
  readonly own: readonly ReportedVariation[];
}

/** The variations by verdict, what counts first; without verdicts that none has. */
export function verdictGroups(variations: readonly ReportedVariation[]): readonly VerdictGroup[] {
  return rehearsalVerdicts
    .map((verdict) => ({
      verdict,
      heading: headings[verdict],
      own: variations.filter((one) => one.verdict === verdict),
    }))
    .filter(({ own }) => own.length > 0);
}

/** What a report says of a variation in brackets, behind what is different; safe to print. */
export function rowNote({ verdict, reason, operations }: ReportedVariation): string | undefined {
  if (verdict !== "breaks") return reason === undefined ? undefined : printableText(reason);
  if (!operations) return undefined;
  const { breaking, survived } = operations;
  if (breaking.length === 0) return "only several together";
  return survived.length === 0 ? "each of them" : breaking.join(", ");
}

/** Describes the acceptance of a dependency; safe to print. */
export function acceptanceText({ reason, expires, isExpired }: AcceptedDependency): string {
  return printableText(`${isExpired ? "accepted, expired on" : "accepted until"} ${expires}: ${reason}`);
}
