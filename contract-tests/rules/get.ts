import type { RuleEntry } from "./rule-entry.ts";

const ofGets = { operation: "getWidget" } as const satisfies RuleEntry;

/** The rules GET-*. */
export const getRules = {
  "GET-1": { ...ofGets },
  "GET-2": { ...ofGets },
} satisfies { readonly [rule: string]: RuleEntry };
