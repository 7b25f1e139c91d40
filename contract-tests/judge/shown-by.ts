import type { RuleId } from "../../spec/generated/rules.ts";
import type { Adapter } from "../adapter.ts";

/** The members of an adapter that show what the API alone does not, by the rules that need them. */
export const shownBy: { readonly [rule in RuleId]?: readonly (keyof Adapter)[] } = {
  "CREATE-5": ["remains"],
  "UPDATE-6": ["startConversation"],
  "PAUSE-3": ["loadWidget"],
  "PAUSE-4": ["startConversation"],
  "PAUSE-5": ["loadWidget"],
  "PAUSE-6": ["startConversation"],
  "DELETE-2": ["remains"],
  "DELETE-3": ["remains", "startConversation"],
  "DELETE-4": ["remains"],
  "DELETE-5": ["remains"],
  "DELETE-7": ["remains"],
  "DELETE-9": ["startConversation"],
  "RECRAWL-1": ["visibleIndex", "changeSite"],
  "RECRAWL-3": ["visibleIndex"],
  "RECRAWL-4": ["visibleIndex", "changeSite"],
  "RECRAWL-5": ["startConversation"],
};
