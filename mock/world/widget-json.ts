import type { WidgetsDocument } from "../../spec/document.ts";
import type { Json, JsonObject } from "../../spec/merge-patch.ts";
import { membersOf, schemaNamed } from "../../spec/schema.ts";
import { toRfc3339 } from "./rfc3339.ts";
import type { Crawl, StoredWidget } from "./widget.ts";

/** The JSON of widgets. Their configuration is read from it again, so that nothing of it is stored twice. */
export interface WidgetJson {
  /** Writes the whole text, for a new widget and after a change of its configuration. */
  compose(widget: StoredWidget, configuration: JsonObject): void;
  /** The text as it is now. Only its status and its crawl are written anew after they have changed. */
  textOf(widget: StoredWidget): string;
  /** A new object each time. */
  configurationOf(widget: StoredWidget): JsonObject;
}

/** A member of the widget, with its name as JSON and a colon. */
interface Member {
  readonly name: string;
  readonly key: string;
  readonly fallback: Json | undefined;
}

/** Creates the JSON of a document's `Widget`: its members, in the order of its example. */
export function createWidgetJson(document: WidgetsDocument): WidgetJson {
  const schema = schemaNamed(document, "Widget");
  const all = membersOf(document, schema);
  const names = [...new Set([...(schema.required ?? []), ...all.keys()])].filter((name) => all.has(name));
  const members = names.map((name): Member => ({ name, key: `"${name}":`, fallback: all.get(name)?.default }));
  const written = [...membersOf(document, schemaNamed(document, "WidgetConfiguration")).keys()];
  const unshown = written.filter((name) => !all.has(name));
  const { states } = document["x-lifecycle"];
  const statusOf = ({ state }: StoredWidget): string => JSON.stringify(states[state]?.shows ?? null);
  return {
    compose(widget, configuration) {
      composeText(widget, configuration, { members, statusOf });
      widget.unshown = unshown.length > 0 ? pick(configuration, unshown) : undefined;
    },
    textOf(widget) {
      if (!widget.isTextCurrent) refreshText(widget, statusOf(widget));
      return widget.text;
    },
    configurationOf: ({ text, unshown: rest }) => pick({ ...(JSON.parse(text) as JsonObject), ...rest }, written),
  };
}

function composeText(
  widget: StoredWidget,
  configuration: JsonObject,
  { members, statusOf }: { readonly members: readonly Member[]; readonly statusOf: (widget: StoredWidget) => string },
): void {
  widget.statusAt = -1;
  widget.crawlAt = -1;
  // Joined at the end: a text that is added to piece by piece keeps all of its pieces in memory.
  const pieces: string[] = [];
  let length = 0;
  for (const { name, key, fallback } of members) {
    const value = ownValue(widget, name, statusOf) ?? textOfValue(configuration[name] ?? fallback);
    if (value === undefined) continue;
    pieces.push(length === 0 ? "{" : ",", key, value);
    const at = length + 1 + key.length;
    length = at + value.length;
    if (name === "status") {
      widget.statusAt = at;
      widget.statusEnd = length;
    } else if (name === "last_crawl") {
      widget.crawlAt = at;
      widget.crawlEnd = length;
    }
  }
  pieces.push("}");
  widget.text = pieces.join("");
  widget.isTextCurrent = true;
}

/** The value of a member that clients do not write. */
function ownValue(widget: StoredWidget, name: string, statusOf: (widget: StoredWidget) => string): string | undefined {
  switch (name) {
    case "id":
      return `"${widget.id}"`;
    case "status":
      return statusOf(widget);
    case "created_at":
      return `"${toRfc3339(widget.createdAt)}"`;
    case "site_url":
      return JSON.stringify(widget.siteUrl);
    case "last_crawl":
      return crawlText(widget.lastCrawl);
    default:
      return undefined;
  }
}

/** Puts the status and the crawl of a widget into its text. */
function refreshText(widget: StoredWidget, status: string): void {
  if (widget.statusAt >= 0) {
    const { statusAt, statusEnd } = widget;
    widget.text = [widget.text.slice(0, statusAt), status, widget.text.slice(statusEnd)].join("");
    widget.statusEnd = statusAt + status.length;
    if (widget.crawlAt > statusAt) {
      widget.crawlAt += widget.statusEnd - statusEnd;
      widget.crawlEnd += widget.statusEnd - statusEnd;
    }
  }
  if (widget.crawlAt >= 0) {
    const { crawlAt, crawlEnd } = widget;
    const crawl = crawlText(widget.lastCrawl);
    widget.text = [widget.text.slice(0, crawlAt), crawl, widget.text.slice(crawlEnd)].join("");
    widget.crawlEnd = crawlAt + crawl.length;
    if (widget.statusAt > crawlAt) {
      widget.statusAt += widget.crawlEnd - crawlEnd;
      widget.statusEnd += widget.crawlEnd - crawlEnd;
    }
  }
  widget.isTextCurrent = true;
}

function crawlText({ trigger, startedAt, finished }: Crawl): string {
  const started = `"trigger":"${trigger}","started_at":"${toRfc3339(startedAt)}"`;
  if (finished === undefined) return `{"status":"running",${started},"finished_at":null,"pages":null,"error":null}`;
  const { at, pages, error } = finished;
  const status = error === null ? "succeeded" : "failed";
  const ended = `"finished_at":"${toRfc3339(at)}","pages":${pages},"error":${JSON.stringify(error)}`;
  return `{"status":"${status}",${started},${ended}}`;
}

/** Values that many widgets have: the defaults that are objects are the same for all of them. */
const shared = new WeakMap<object, string>();

function textOfValue(value: Json | undefined): string | undefined {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (!Object.isFrozen(value)) return JSON.stringify(value);
  let text = shared.get(value);
  if (text === undefined) {
    text = JSON.stringify(value);
    shared.set(value, text);
  }
  return text;
}

function pick(values: JsonObject, names: readonly string[]): JsonObject {
  const picked: Record<string, Json> = {};
  for (const name of names) {
    const value = values[name];
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}
