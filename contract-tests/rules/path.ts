import type { RuleEntry } from "./rule-entry.ts";

/** The rules PATH-*. */
export const pathRules = {
  "PATH-1": {},
  "PATH-2": {},
} satisfies { readonly [rule: string]: RuleEntry };
