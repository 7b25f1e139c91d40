import type { RuleEntry } from "./rule-entry.ts";

/** The rules SCOPE-*. */
export const scopeRules = {
  "SCOPE-1": { isProof: true },
  "SCOPE-2": { isProof: true },
  "SCOPE-3": { isOfLists: true, needsWholePlan: true },
} satisfies { readonly [rule: string]: RuleEntry };
