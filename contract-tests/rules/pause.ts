import type { RuleEntry } from "./rule-entry.ts";

const ofPauses = { operation: "pauseWidget", takes: ["pauseWidget", "resumeWidget"] } as const satisfies RuleEntry;

/** The rules PAUSE-*. */
export const pauseRules = {
  "PAUSE-1": { ...ofPauses },
  "PAUSE-2": { ...ofPauses },
  "PAUSE-3": { ...ofPauses, adapter: ["loadWidget"] },
  "PAUSE-4": { ...ofPauses, adapter: ["startConversation"] },
  "PAUSE-5": { ...ofPauses, adapter: ["loadWidget"] },
  "PAUSE-6": { ...ofPauses, adapter: ["startConversation"] },
  "PAUSE-7": { ...ofPauses },
} satisfies { readonly [rule: string]: RuleEntry };
