import type { RuleEntry } from "./rule-entry.ts";

/** The rules EVENT-*. */
export const eventRules = {
  "EVENT-1": {},
  "EVENT-2": {},
  "EVENT-3": {},
} satisfies { readonly [rule: string]: RuleEntry };
