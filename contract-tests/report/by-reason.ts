import type { RuleReport } from "./report.ts";

/** Rules without a verdict, together where they have one reason. */
export function byReason(rules: readonly RuleReport[]) {
  const groups = new Map<string, { readonly ids: string[]; readonly reason: string; readonly option?: string }>();
  for (const { id, reason = "", option } of rules) {
    const key = `${reason}\n${option}`;
    const group = groups.get(key) ?? { ids: [], reason, ...(option === undefined ? {} : { option }) };
    group.ids.push(id);
    groups.set(key, group);
  }
  return [...groups.values()];
}
