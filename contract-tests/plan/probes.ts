import type { ApiDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import type { JsonObject } from "../../spec/merge-patch.ts";
import { operationsOf } from "../../spec/operations.ts";

/** A call that is made to see what is only assumed, as plain data. No documented rule is judged by it. */
export interface Probe {
  /** The assumed rule that it is to show. */
  readonly rule: RuleId;
  /** The operation's id in the document. */
  readonly call: string;
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
      { rule: "A-LIST-2", call: "listWidgets" },
      { rule: "A-LIST-2", call: "listWidgets", query: { limit: "0" } },
      { rule: "A-LIST-2", call: "listWidgets", query: { limit: String(10 * mostListed(document)) } },
      { rule: "A-LIST-5", call: "listWidgets", query: { cursor: "garbled" } },
      { rule: "A-AUTH-3", call: "getWidget" },
    ],
    live: [
      { rule: "A-PATCH-3", call: "updateWidget", body: {} },
      { rule: "A-VAL-3", call: "updateWidget", body: { never_heard_of: true }, asRead: ["name"] },
      { rule: "A-PATCH-4", call: "updateWidget", body: {}, asRead: ["name", "id", "status", "created_at"] },
      { rule: "A-VAL-1", call: "updateWidget", body: { name: {} } },
      { rule: "A-PATCH-1", call: "updateWidget", body: { theme: { radius: 8 } } },
      { rule: "A-PATCH-2", call: "updateWidget", body: { voice: null } },
      { rule: "A-PATCH-2", call: "getWidget" },
      { rule: "A-VIS-1", call: "getVisitorConfig", isVisitors: true },
      { rule: "A-VIS-4", call: "startConversation", headers: elsewhere, isVisitors: true },
      { rule: "A-VIS-6", call: "updateWidget", body: { domains: [] }, isVisitors: true },
      { rule: "A-VIS-6", call: "startConversation", headers: elsewhere, isVisitors: true },
      { rule: "A-PAUSE-1", call: "pauseWidget" },
      { rule: "A-PAUSE-2", call: "pauseWidget" },
      { rule: "A-VIS-3", call: "startConversation", isVisitors: true },
      { rule: "A-DELETE-1", call: "deleteWidget" },
      { rule: "A-DELETE-2", call: "deleteWidget" },
    ],
    failing: [
      { rule: "A-FAIL-1", call: "getWidget" },
      { rule: "A-RECRAWL-4", call: "recrawlWidget" },
      { rule: "A-RECRAWL-4", call: "getWidget" },
    ],
    widgets: 2,
  };
}

/** The largest page, as the document has it. */
function mostListed(document: ApiDocument): number {
  const parameters = operationsOf(document).find(({ id }) => id === "listWidgets")?.parameters ?? [];
  return parameters.find(({ name }) => name === "limit")?.schema.maximum ?? 100;
}
