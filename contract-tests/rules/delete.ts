import type { RuleEntry } from "./rule-entry.ts";

const ofDeletes = { operation: "deleteWidget", takes: ["deleteWidget"] } as const satisfies RuleEntry;

/** The rules DELETE-*. */
export const deleteRules = {
  "DELETE-1": { ...ofDeletes },
  "DELETE-2": { ...ofDeletes, adapter: ["remains"] },
  "DELETE-3": { ...ofDeletes, adapter: ["remains", "startConversation"] },
  "DELETE-4": { ...ofDeletes, adapter: ["remains"] },
  "DELETE-5": { ...ofDeletes, adapter: ["remains"] },
  "DELETE-6": { ...ofDeletes, isProof: true },
  "DELETE-7": { ...ofDeletes, adapter: ["remains"] },
  "DELETE-8": { ...ofDeletes },
  "DELETE-9": { ...ofDeletes, adapter: ["startConversation"] },
} satisfies { readonly [rule: string]: RuleEntry };
