import type { Verdict } from "../../judge/judge.ts";
import type { RuleReport } from "../report.ts";
import { type Paint, verdictColours } from "./paint.ts";

/** Formats the dialect of a server: how much of it is as assumed, and a line for each deviation. */
export function dialectText(assumed: readonly RuleReport[], paint: Paint): string {
  const countOf = (...verdicts: readonly Verdict[]) =>
    assumed.filter(({ verdict }) => verdicts.includes(verdict)).length;
  const counts = [
    `${countOf("pass")} as assumed`,
    `${countOf("note", "warn", "fail")} different`,
    `${countOf("not-observed")} not observed`,
  ];
  const lines = assumed
    .filter(({ findings }) => findings.length > 0)
    .map(({ id, verdict, findings }) => {
      const word = verdict === "note" ? "" : `${verdict.toUpperCase()} `;
      return `  ${paint(verdictColours[verdict], `${word}${id.padEnd(12 - word.length)}`)} ${findings[0]?.message}`;
    });
  return [`Dialect (assumed rules): ${counts.join(", ")}.`, ...lines].join("\n");
}
