import type { RuleEntry } from "./rule-entry.ts";

const ofMembers = { takes: ["updateWidget"] } as const satisfies RuleEntry;

/** The rules OBJ-*. */
export const objectRules = {
  "OBJ-1": { ...ofMembers },
  "OBJ-2": { ...ofMembers },
  "OBJ-3": { ...ofMembers },
  "OBJ-4": { ...ofMembers },
  "OBJ-5": { ...ofMembers },
  "OBJ-6": { ...ofMembers },
  "OBJ-7": { ...ofMembers },
  "OBJ-8": { ...ofMembers },
  "OBJ-9": { ...ofMembers },
  "OBJ-10": { ...ofMembers },
  "OBJ-11": { ...ofMembers },
  "OBJ-12": { ...ofMembers },
  "OBJ-13": { ...ofMembers },
  "OBJ-14": { ...ofMembers },
  "OBJ-15": { ...ofMembers },
} satisfies { readonly [rule: string]: RuleEntry };
