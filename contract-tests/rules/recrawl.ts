import type { RuleEntry } from "./rule-entry.ts";

const ofRecrawls = { operation: "recrawlWidget", takes: ["recrawlWidget"] } as const satisfies RuleEntry;

/** The rules RECRAWL-*. */
export const recrawlRules = {
  "RECRAWL-1": { ...ofRecrawls, adapter: ["visibleIndex", "changeSite"] },
  "RECRAWL-2": { ...ofRecrawls },
  "RECRAWL-3": { ...ofRecrawls, adapter: ["visibleIndex"] },
  "RECRAWL-4": { ...ofRecrawls, adapter: ["visibleIndex", "changeSite"] },
  "RECRAWL-5": { ...ofRecrawls, adapter: ["startConversation"] },
  "RECRAWL-6": { ...ofRecrawls },
  "RECRAWL-7": { ...ofRecrawls },
} satisfies { readonly [rule: string]: RuleEntry };
