import type { WidgetsDocument } from "../../spec/document.ts";
import { membersOf, schemaNamed } from "../../spec/schema.ts";
import type { Configuration, DefaultSource } from "./configuration.ts";
import { toRfc3339 } from "./rfc3339.ts";
import type { Crawl, StoredWidget, WrittenWidget } from "./widget.ts";

/** Writes widgets as JSON. What is stored of a widget is what its clients wrote; defaults are filled in here. */
export interface WidgetJson {
  /** The widget as it is now, on one line. */
  textOf(widget: StoredWidget): string;
  /** The same in UTF-8, to be put together with others. */
  bytesOf(widget: StoredWidget): Uint8Array<ArrayBuffer>;
}

/** The JSON of so many widgets is kept, so that a list that is read again and again is quick. */
const maxRecent = 256;

/** The JSON of one member, or undefined for a widget that does not have it. */
type MemberWriter = (widget: StoredWidget, escaped: DefaultSource) => string | undefined;

/** Creates the JSON of a document's `Widget`: its members, in the order of its example. */
export function createWidgetJson(document: WidgetsDocument, configuration: Configuration): WidgetJson {
  const schema = schemaNamed(document, "Widget");
  const all = membersOf(document, schema);
  const names = [...new Set([...(schema.required ?? []), ...all.keys()])].filter((name) => all.has(name));
  const { states } = document["x-lifecycle"];
  const statusTexts: { readonly [state: string]: string } = Object.fromEntries(
    Object.entries(states).map(([state, { shows }]) => [state, JSON.stringify(shows ?? null)]),
  );
  const own: { readonly [member: string]: MemberWriter } = {
    id: ({ id }) => `"${id}"`,
    status: ({ state }) => statusTexts[state],
    created_at: ({ createdAt }) => `"${toRfc3339(createdAt)}"`,
    site_url: ({ siteUrl }) => JSON.stringify(siteUrl),
    last_crawl: ({ lastCrawl }) => crawlText(lastCrawl),
  };
  const members = names.map((name) => ({
    key: `,"${name}":`,
    firstKey: `{"${name}":`,
    writeMember: own[name] ?? configuration.writerOf(name),
    fallback: JSON.stringify(all.get(name)?.default),
  }));
  const recent = new RecentlyWritten();
  const write = (widget: StoredWidget): WrittenWidget => {
    const escaped = configuration.escapedSourceOf(widget);
    let text = "";
    for (const { key, firstKey, writeMember, fallback } of members) {
      const value = writeMember(widget, escaped) ?? fallback;
      if (value === undefined) continue;
      text += text === "" ? firstKey : key;
      text += value;
    }
    text += "}";
    const json = { text, bytes: undefined };
    recent.keep(widget, json);
    return json;
  };
  return {
    textOf: (widget) => (widget.json ?? write(widget)).text,
    bytesOf(widget) {
      const json = widget.json ?? write(widget);
      json.bytes ??= utf8.encode(json.text);
      return json.bytes;
    },
  };
}

const utf8 = new TextEncoder();

/** Keeps the JSON of a widget with it, until so many others have been kept. */
class RecentlyWritten {
  readonly #widgets: StoredWidget[] = [];
  #next = 0;

  keep(widget: StoredWidget, json: WrittenWidget): void {
    const oldest = this.#widgets[this.#next];
    if (oldest) oldest.json = undefined;
    widget.json = json;
    this.#widgets[this.#next] = widget;
    this.#next = (this.#next + 1) % maxRecent;
  }
}

function crawlText({ trigger, startedAt, finished }: Crawl): string {
  const started = `"trigger":"${trigger}","started_at":"${toRfc3339(startedAt)}"`;
  if (finished === undefined) return `{"status":"running",${started},"finished_at":null,"pages":null,"error":null}`;
  const { at, pages, error } = finished;
  const status = error === null ? "succeeded" : "failed";
  const ended = `"finished_at":"${toRfc3339(at)}","pages":${pages},"error":${JSON.stringify(error)}`;
  return `{"status":"${status}",${started},${ended}}`;
}
