import type { CallInState } from "./calls-in-state.ts";

/** Phrases for the states of the life cycle. */
const statePhrases: { readonly [state: string]: string } = {
  "draft-crawling": "a draft",
  "draft-failed": "a draft whose crawl failed",
  active: "an active widget",
  "active-recrawling": "an active widget during a crawl",
  paused: "a paused widget",
  "paused-recrawling": "a paused widget during a crawl",
};

/** Describes a response: operation, state of the widget where it matters, and status. */
export function callText({ exchange: { operation }, status, states: [state = ""] }: CallInState): string {
  if (state === "unknown") return `an unknown id, or one of another organization, returns ${status}`;
  if (state === "gone" && operation !== "deleteWidget") return `a deleted widget returns ${status}`;
  if (state === "gone") return `deleteWidget of a deleted widget returns ${status}`;
  const dependsOnCrawl = operation === "recrawlWidget" || operation === "deleteWidget";
  const phrase = statePhrases[dependsOnCrawl ? state : state.replace(/-recrawling$/, "")];
  return phrase === undefined ? statusText(operation, status) : `${operation} of ${phrase} returns ${status}`;
}

/** Describes a status in any state. */
export function statusText(operation: string, status: number): string {
  return `${operation} returns ${status}`;
}
