import type { Change, Comparison } from "../compare-reports.ts";
import { printableText } from "../printable-text.ts";
import type { Paint } from "./paint.ts";

/** Formats the differences between two reports, one line per rule. */
export function comparisonText({ before, verdicts, dialect }: Comparison, paint: Paint): string {
  const changes: readonly Change<string>[] = [...verdicts, ...dialect];
  const lines = changes.length === 0 ? ["  no difference"] : changes.map((change) => changeText(change, paint));
  return [paint("bold", `Compared with ${comparedReportName(before)}`), ...lines].join("\n");
}

/** Identifies the report that another one is compared with. */
export function comparedReportName({ target, startedAt, seed }: Comparison["before"]): string {
  return printableText(`${target}, ${String(startedAt).slice(0, 10)}, seed ${seed}`, 200);
}

function changeText({ id, before, after, isWorse }: Change<string>, paint: Paint): string {
  const change = `${printableText(before ?? "nothing", 60)} -> ${printableText(after ?? "nothing", 60)}`;
  return `  ${printableText(id, 40).padEnd(12)} ${isWorse ? paint("red", change) : change}`;
}
