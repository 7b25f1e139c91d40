import { groupOf, type RuleReport } from "./report.ts";

/** Rules that have one reason. */
export interface SameReason {
  /** Their ids, in short: `OBJ-1…15 LIST-2`. */
  readonly ids: string;
  readonly reason: string;
  readonly option?: string;
}

/** Rules without a verdict, together where they have one reason. */
export function byReason(rules: readonly RuleReport[]): SameReason[] {
  const groups = new Map<string, RuleReport[]>();
  for (const rule of rules) {
    const key = `${rule.reason}\n${rule.option}`;
    groups.set(key, [...(groups.get(key) ?? []), rule]);
  }
  return [...groups.values()].flatMap((all) => {
    const [{ reason = "", option } = {}] = all;
    return [{ ids: inShort(all.map(({ id }) => id)), reason, ...(option === undefined ? {} : { option }) }];
  });
}

/** Ids in short: those that follow each other by their first and last. */
function inShort(ids: readonly string[]): string {
  const runs: { readonly group: string; readonly first: number; last: number }[] = [];
  for (const id of ids) {
    const [group, number] = [groupOf(id), Number(id.slice(groupOf(id).length + 1))];
    const run = runs.at(-1);
    if (run?.group === group && run.last + 1 === number) run.last = number;
    else runs.push({ group, first: number, last: number });
  }
  return runs
    .map(
      ({ group, first, last }) =>
        `${group}-${first}${last === first ? "" : `${last === first + 1 ? `, ${group}-` : "…"}${last}`}`,
    )
    .join(", ");
}
