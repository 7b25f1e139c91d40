import type { RehearsalPlan } from "../rehearse.ts";
import { groupVariations } from "../variations/combine.ts";

/** Formats what a rehearsal would run, and how long that would take one after the other. */
export function planText({ baseline, planned }: RehearsalPlan, withPairs = false): string {
  const { run, met } = baseline;
  const applicable = planned.filter(({ notApplicable }) => notApplicable === undefined);
  const others = planned.filter(({ notApplicable }) => notApplicable !== undefined);
  const width = Math.max(0, ...planned.map(({ variation: { id } }) => id.length));
  const seconds = (count: number) => Math.ceil((count * run.durationMs) / 1000);
  const total = applicable.length + 1;
  const struck = Math.max(0, ...applicable.map(({ variation }) => variation.struck?.(met).length ?? 0));
  const each = struck > 1 ? `, one of trouble up to ${struck} further ones, to name the operations` : "";
  const pairRuns = groupVariations(applicable.map(({ variation }) => variation)).length;
  return [
    `The baseline took ${(run.durationMs / 1000).toFixed(1)} s: ${counted(met.requests, "request")}, ${counted(met.operations.size, "operation")}, ${counted(met.rules.size, "assumption")}.`,
    `${counted(total, "run")}: the baseline and ${counted(applicable.length, "variation")}, about ${seconds(total)} s one after the other. Each break takes two runs more${each}.`,
    ...(withPairs ? [`Looking for pairs takes ${pairRuns} runs more, if there are none.`] : []),
    "",
    `Would run (${applicable.length})`,
    ...applicable.map(({ variation: { id, difference } }) => `  ${id.padEnd(width)}  ${difference}`),
    "",
    `Do not apply (${others.length})`,
    ...others.map(({ variation: { id }, notApplicable }) => `  ${id.padEnd(width)}  ${notApplicable}`),
    "",
  ].join("\n");
}

function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? "" : "s"}`;
}
