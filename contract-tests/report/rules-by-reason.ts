import { groupBy } from "../history/group-by.ts";
import type { NoVerdictReason } from "./no-verdict-reason.ts";
import { groupOf, type RuleReport } from "./report.ts";

/** States why a rule has no verdict, with the option that would change that. */
export function reasonText({ reason = "", option }: Pick<RuleReport, "reason" | "option">): string {
  return option === undefined ? reason : `${reason} (${option})`;
}

/** Groups rules without a verdict by their reason, with their ids abbreviated: `OBJ-1…15, LIST-2`. */
export function rulesByReason(rules: readonly RuleReport[]): (NoVerdictReason & { readonly ids: string })[] {
  const groups = groupBy(rules, ({ reason, option }) => `${reason}\n${option}`);
  return [...groups.values()].flatMap((group) => {
    const [{ reason = "", option } = {}] = group;
    return [{ ids: abbreviateIds(group.map(({ id }) => id)), reason, ...(option === undefined ? {} : { option }) }];
  });
}

/** Writes consecutive ids by their first and last. */
function abbreviateIds(ids: readonly string[]): string {
  const ranges: { readonly group: string; readonly first: number; last: number }[] = [];
  for (const id of ids) {
    const [group, number] = [groupOf(id), Number(id.slice(groupOf(id).length + 1))];
    const range = ranges.at(-1);
    if (range?.group === group && range.last + 1 === number) range.last = number;
    else ranges.push({ group, first: number, last: number });
  }
  return ranges
    .map(({ group, first, last }) => {
      if (last === first) return `${group}-${first}`;
      return last === first + 1 ? `${group}-${first}, ${group}-${last}` : `${group}-${first}…${last}`;
    })
    .join(", ");
}
