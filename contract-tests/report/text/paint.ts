import type { Verdict } from "../../judge/judge.ts";
import { isSuppressed } from "../known-violations.ts";
import type { RuleReport } from "../report.ts";

/** Paints a text in a colour, or leaves it as it is. */
export type Paint = (colour: "green" | "red" | "yellow" | "dim" | "bold", text: string) => string;

/** Colour of each verdict. */
export const verdictColours: { readonly [verdict in Verdict]: Parameters<Paint>[0] } = {
  pass: "green",
  fail: "red",
  warn: "yellow",
  note: "dim",
  "not-observed": "dim",
  inconclusive: "yellow",
  error: "red",
};

const verdictMarks: { readonly [verdict in Verdict]: string } = {
  pass: "ok",
  fail: "FAIL",
  warn: "WARN",
  note: "note",
  "not-observed": "-",
  inconclusive: "?",
  error: "ERROR",
};

/** Paints a label with the mark of a rule's verdict. */
export function markedLabel(label: string, rule: RuleReport, paint: Paint): string {
  if (isSuppressed(rule)) return paint("dim", `${label} known`);
  return paint(verdictColours[rule.verdict], `${label} ${verdictMarks[rule.verdict]}`);
}
