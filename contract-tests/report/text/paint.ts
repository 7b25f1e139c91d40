import type { Verdict } from "../../judge/judge.ts";
import { isSuppressed } from "../known-violations.ts";
import type { RuleReport } from "../report.ts";

/** Paints a text in a colour, or leaves it as it is. */
export type Paint = (colour: "green" | "red" | "yellow" | "dim" | "bold", text: string) => string;

/** Colour and mark of each verdict. */
export const verdictStyles: {
  readonly [verdict in Verdict]: { readonly colour: Parameters<Paint>[0]; readonly mark: string };
} = {
  pass: { colour: "green", mark: "ok" },
  fail: { colour: "red", mark: "FAIL" },
  warn: { colour: "yellow", mark: "WARN" },
  note: { colour: "dim", mark: "note" },
  "not-observed": { colour: "dim", mark: "-" },
  inconclusive: { colour: "yellow", mark: "?" },
  error: { colour: "red", mark: "ERROR" },
};

/** Paints a label with the mark of a rule's verdict. */
export function markedLabel(label: string, rule: RuleReport, paint: Paint): string {
  if (isSuppressed(rule)) return paint("dim", `${label} known`);
  const { colour, mark } = verdictStyles[rule.verdict];
  return paint(colour, `${label} ${mark}`);
}
