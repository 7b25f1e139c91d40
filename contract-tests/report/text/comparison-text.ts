import type { Change, Comparison } from "../compare-reports.ts";
import { printable } from "../printable-text.ts";
import type { Paint } from "./paint.ts";

/** How two reports differ, a line a rule. */
export function comparisonText({ before, verdicts, dialect }: Comparison, paint: Paint): string {
  const title = paint("bold", `Compared with ${comparedWith(before)}`);
  if (verdicts.length + dialect.length === 0) return `${title}\n  no difference`;
  return [title, ...verdicts.map((one) => line(one, paint)), ...dialect.map((one) => line(one, paint))].join("\n");
}

/** What a report is compared with, in a few words. */
export function comparedWith({ target, began, seed }: Comparison["before"]): string {
  return printable(`${target}, ${String(began).slice(0, 10)}, seed ${seed}`, 200);
}

function line({ id, before, after, isWorse }: Change<string>, paint: Paint): string {
  const change = `${printable(before ?? "nothing", 60)} -> ${printable(after ?? "nothing", 60)}`;
  return `  ${printable(id, 40).padEnd(12)} ${isWorse ? paint("red", change) : change}`;
}
