import type { RuleEntry } from "./rule-entry.ts";

const ofLists = { isOfLists: true, needsWholePlan: true } as const satisfies RuleEntry;

/** The rules LIST-*. */
export const listRules = {
  "LIST-1": { ...ofLists },
  "LIST-2": { ...ofLists },
  "LIST-3": { ...ofLists },
  "LIST-4": { ...ofLists },
} satisfies { readonly [rule: string]: RuleEntry };
