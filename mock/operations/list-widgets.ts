import type { Choices } from "../../spec/generated/rules.ts";
import type { Answer } from "../http/answer.ts";
import { type JoinedBody, joinPieces } from "../http/joined-body.ts";
import { Refusal } from "../refusal.ts";
import { type Position, readCursor, writeCursor } from "./cursor.ts";
import type { OperationCall } from "./operation-call.ts";

/** Number of widgets on a page, by the limit and the number of the page in its listing (A-LIST-6). */
const pageSizes: { readonly [choice in Choices["A-LIST-6"]]: (limit: number, page: number) => number } = {
  full: (limit) => limit,
  // Half full, empty, full, half full, …
  short: (limit, page) => [Math.ceil(limit / 2), 0, limit][page % 3] ?? limit,
};

/** Direction of a list through the order of creation (A-LIST-3). */
const directions: { readonly [choice in Choices["A-LIST-3"]]: "older" | "newer" } = {
  newest: "older",
  oldest: "newer",
};

const utf8 = new TextEncoder();

/** True if a cursor still works after its widget was deleted (A-LIST-4). */
const survivesDeletion: { readonly [choice in Choices["A-LIST-4"]]: boolean } = { keyset: true, anchor: false };

/** Returns a page of the organization's widgets (LIST-1, LIST-2), by keyset: every page costs the same. */
export function listWidgets(call: OperationCall): Answer {
  const { world } = call;
  const limit = limitOf(call);
  const start = positionOf(call);
  // A client that polls an unchanged list gets the same bytes.
  const key = `${limit} ${start?.order} ${start?.page}`;
  const joined = world.listPages.get(key) ?? makePage(call, { limit, start, key });
  return { status: call.operation.success, body: joined.bytes, joined };
}

interface PageRequest {
  readonly limit: number;
  /** Undefined for the first page. */
  readonly start: Position | undefined;
  /** The page's key in the cache. */
  readonly key: string;
}

function makePage({ engine, world }: OperationCall, { limit, start, key }: PageRequest): JoinedBody {
  const { choices } = engine.dialect;
  const page = start?.page ?? 0;
  const wanted = pageSizes[choices["A-LIST-6"]](limit, page);
  const widgets = world.widgets.from(start?.order, directions[choices["A-LIST-3"]], wanted + 1);
  const listed = widgets.slice(0, wanted);
  engine.worlds.coverage.countStates(world, listed);
  const hasMore = widgets.length > wanted;
  const last = listed.at(-1)?.order ?? start?.order;
  const next =
    hasMore && last !== undefined ? JSON.stringify(writeCursor(world, { order: last, page: page + 1 })) : "null";
  const tail = utf8.encode(`],"has_more":${hasMore},"next_cursor":${next}}`);
  const pieces = { head: beginning, items: listed.map(engine.widgetJson.bytesOf), tail };
  const joined = { bytes: joinPieces(pieces), pieces };
  if (listed.some((widget) => world.crawler.countsReads(widget)))
    for (const widget of listed) world.crawler.countRead(widget);
  else world.listPages.set(key, joined);
  return joined;
}

const beginning = utf8.encode('{"data":[');
function limitOf({ operation, parameters, noteAssumption }: OperationCall): number {
  const sent = parameters["limit"];
  if (typeof sent === "number") return sent;
  noteAssumption("A-LIST-2");
  return Number(operation.parameters.find(({ name }) => name === "limit")?.schema.default);
}

function positionOf({ engine, world, parameters, noteAssumption }: OperationCall): Position | undefined {
  const sent = parameters["cursor"];
  if (typeof sent !== "string") return undefined;
  noteAssumption("A-LIST-4");
  const position = readCursor(world, sent);
  if (!survivesDeletion[engine.dialect.choices["A-LIST-4"]] && !world.widgets.hasOrder(position.order)) {
    throw new Refusal("invalid_cursor", {
      values: { reason: "The widget at this cursor was deleted." },
      rule: "A-LIST-4",
    });
  }
  return position;
}
