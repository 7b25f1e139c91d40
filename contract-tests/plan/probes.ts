import type { ApiDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import type { JsonObject } from "../../spec/merge-patch.ts";
import { operationsOf } from "../../spec/operations.ts";

/** A call that is made to see what is only assumed, as plain data. No documented rule is judged by it. */
export interface Probe {
  /** The assumed rule that it is to show. */
  readonly rule: RuleId;
  /** The operation's id in the document. */
  readonly operation: string;
  readonly query?: { readonly [name: string]: string };
  readonly body?: JsonObject;
  /** Members of the body that are sent as they were read, so that nothing changes whoever takes them. */
  readonly asRead?: readonly string[];
  readonly headers?: { readonly [name: string]: string };
  /** Whether it comes from a visitor, and is left out where there are none of the visitor's operations. */
  readonly isVisitors?: boolean;
}

/**
 * The probes of a run, by when they are made. They come after everything else, on widgets that nobody needs any more, and
 * change nothing that is not the run's own.
 */
export interface Probes {
  /** While the run's widgets are listed. */
  readonly lists: readonly Probe[];
  /** One after the other on an active widget; the last ones delete it. */
  readonly live: readonly Probe[];
  /** On a widget whose site cannot be crawled. */
  readonly failing: readonly Probe[];
  /** How many widgets are made for them, at most: that one, and one more where its create is not known again by its key. */
  readonly widgets: number;
}

/** The site of the widget whose crawl is to fail: nothing can ever be there (RFC 2606, section 2). */
export const failingSite = "https://nothing-is-here.invalid";

/** A page that is on nobody's list. */
const elsewhere = { origin: "https://elsewhere.example" };

/** What is asked beyond the scripts, to see how an implementation fills the gaps of the documentation. */
export function probesFor(document: ApiDocument): Probes {
  return {
    lists: [
      { rule: "A-LIST-2", operation: "listWidgets" },
      { rule: "A-LIST-2", operation: "listWidgets", query: { limit: "0" } },
      { rule: "A-LIST-2", operation: "listWidgets", query: { limit: String(10 * mostListed(document)) } },
      { rule: "A-LIST-5", operation: "listWidgets", query: { cursor: "garbled" } },
      { rule: "A-AUTH-3", operation: "getWidget" },
    ],
    live: [
      { rule: "A-PATCH-3", operation: "updateWidget", body: {} },
      { rule: "A-VAL-3", operation: "updateWidget", body: { never_heard_of: true }, asRead: ["name"] },
      { rule: "A-PATCH-4", operation: "updateWidget", body: {}, asRead: ["name", "id", "status", "created_at"] },
      { rule: "A-VAL-1", operation: "updateWidget", body: { name: {} } },
      { rule: "A-PATCH-1", operation: "updateWidget", body: { theme: { radius: 8 } } },
      { rule: "A-PATCH-2", operation: "updateWidget", body: { voice: null } },
      { rule: "A-PATCH-2", operation: "getWidget" },
      { rule: "A-VIS-1", operation: "getVisitorConfig", isVisitors: true },
      { rule: "A-VIS-4", operation: "startConversation", headers: elsewhere, isVisitors: true },
      { rule: "A-VIS-6", operation: "updateWidget", body: { domains: [] }, isVisitors: true },
      { rule: "A-VIS-6", operation: "startConversation", headers: elsewhere, isVisitors: true },
      { rule: "A-PAUSE-1", operation: "pauseWidget" },
      { rule: "A-PAUSE-2", operation: "pauseWidget" },
      { rule: "A-VIS-3", operation: "startConversation", isVisitors: true },
      { rule: "A-DELETE-1", operation: "deleteWidget" },
      { rule: "A-DELETE-2", operation: "deleteWidget" },
    ],
    failing: [
      { rule: "A-FAIL-1", operation: "getWidget" },
      { rule: "A-RECRAWL-4", operation: "recrawlWidget" },
      { rule: "A-RECRAWL-4", operation: "getWidget" },
    ],
    widgets: 2,
  };
}

/** The largest page, as the document has it. */
function mostListed(document: ApiDocument): number {
  const parameters = operationsOf(document).find(({ id }) => id === "listWidgets")?.parameters ?? [];
  return parameters.find(({ name }) => name === "limit")?.schema.maximum ?? 100;
}
