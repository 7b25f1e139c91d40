import type { Verdict } from "../../judge/judge.ts";
import type { RuleReport } from "../report.ts";

/** How a verdict is painted; a terminal's colours, or nothing. */
export type Paint = (colour: "green" | "red" | "yellow" | "dim" | "bold", text: string) => string;

/** The colour of each verdict. */
export const colours: { readonly [verdict in Verdict]: Parameters<Paint>[0] } = {
  pass: "green",
  fail: "red",
  warn: "yellow",
  note: "dim",
  "not-observed": "dim",
  inconclusive: "yellow",
  error: "red",
};

const marks: { readonly [verdict in Verdict]: string } = {
  pass: "ok",
  fail: "FAIL",
  warn: "WARN",
  note: "note",
  "not-observed": "-",
  inconclusive: "?",
  error: "ERROR",
};

/** A verdict in a word, painted; a breach that is known of is told as one. */
export function mark({ verdict, known }: Pick<RuleReport, "verdict" | "known">, text: string, paint: Paint): string {
  if (known && !known.isExpired && verdict !== "pass") return paint("dim", `${text} known`);
  return paint(colours[verdict], `${text} ${marks[verdict]}`);
}
