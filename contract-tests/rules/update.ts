import type { RuleEntry } from "./rule-entry.ts";

const ofUpdates = { operation: "updateWidget", takes: ["updateWidget"] } as const satisfies RuleEntry;

/** The rules UPDATE-*. */
export const updateRules = {
  "UPDATE-1": { ...ofUpdates },
  "UPDATE-2": { ...ofUpdates },
  "UPDATE-3": { ...ofUpdates },
  "UPDATE-4": { ...ofUpdates },
  "UPDATE-5": { ...ofUpdates },
  "UPDATE-6": { ...ofUpdates, adapter: ["startConversation"] },
  "UPDATE-7": { ...ofUpdates },
  "UPDATE-8": { ...ofUpdates },
} satisfies { readonly [rule: string]: RuleEntry };
