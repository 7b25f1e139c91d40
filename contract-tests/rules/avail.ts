import type { RuleEntry } from "./rule-entry.ts";

/** The rules AVAIL-*. */
export const availRules = {
  "AVAIL-1": {},
} satisfies { readonly [rule: string]: RuleEntry };
