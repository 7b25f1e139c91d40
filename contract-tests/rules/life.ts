import type { RuleEntry } from "./rule-entry.ts";

/** The rules LIFE-*. */
export const lifeRules = {
  "LIFE-1": {},
  "LIFE-2": {},
  "LIFE-4": {},
} satisfies { readonly [rule: string]: RuleEntry };
