import type { Verdict } from "../../judge/judge.ts";
import type { RuleReport } from "../report.ts";
import { colours, type Paint } from "./paint.ts";

/** The dialect of an implementation: how much of it is as we assume, and a line for each rule that is not. */
export function dialectText(assumed: readonly RuleReport[], paint: Paint): string {
  const count = (...verdicts: readonly Verdict[]) => assumed.filter(({ verdict }) => verdicts.includes(verdict)).length;
  const counts = [
    `${count("pass")} as assumed`,
    `${count("note", "warn", "fail")} otherwise`,
    `${count("not-observed")} not observed`,
  ];
  const lines = assumed
    .filter(({ findings }) => findings.length > 0)
    .map(({ id, verdict, findings }) => {
      const word = verdict === "note" ? "" : `${verdict.toUpperCase()} `;
      return `  ${paint(colours[verdict], `${word}${id.padEnd(12 - word.length)}`)} ${findings[0]?.says}`;
    });
  return [`What is only assumed, the dialect: ${counts.join(", ")}.`, ...lines].join("\n");
}
