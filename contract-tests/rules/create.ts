import type { RuleEntry } from "./rule-entry.ts";

const ofCreates = { operation: "createWidget" } as const satisfies RuleEntry;

/** The rules CREATE-*. */
export const createRules = {
  "CREATE-1": { ...ofCreates },
  "CREATE-2": { ...ofCreates },
  "CREATE-3": { ...ofCreates },
  "CREATE-4": { ...ofCreates },
  "CREATE-5": { ...ofCreates, adapter: ["remains"] },
  "CREATE-6": { ...ofCreates, needsWholePlan: true },
} satisfies { readonly [rule: string]: RuleEntry };
