import type { RuleEntry } from "./rule-entry.ts";

/** The rules about who can use the API: prose that no run can judge. */
export const availRules = { "AVAIL-1": {} } satisfies { readonly [rule: string]: RuleEntry };
