import type { Situation } from "./situations.ts";

/** What a call was about, by the states of the life cycle. */
const abouts: { readonly [state: string]: string } = {
  "draft-crawling": "a draft",
  "draft-failed": "a draft whose crawl has failed",
  active: "an active widget",
  "active-recrawling": "an active widget that is being crawled",
  paused: "a paused widget",
  "paused-recrawling": "a paused widget that is being crawled",
};

/** What was seen, for people: the operation, the state of its widget where that has to do with it, and the status. */
export function inWords({ exchange: { operation }, status, states: [state = ""] }: Situation): string {
  if (state === "unknown") return `an id that is nobody's, or another organization's, is answered ${status}`;
  if (state === "gone" && operation !== "deleteWidget") return `a deleted widget is answered ${status}`;
  if (state === "gone") return `deleteWidget of a deleted widget is answered ${status}`;
  const minds = operation === "recrawlWidget" || operation === "deleteWidget";
  const about = abouts[minds ? state : state.replace(/-recrawling$/, "")];
  return about === undefined ? inGeneral(operation, status) : `${operation} of ${about} is answered ${status}`;
}

/** The same, whatever the state. */
export function inGeneral(call: string, status: number): string {
  return `${call} is answered ${status}`;
}
