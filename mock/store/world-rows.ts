import { savedRequestOf } from "../journal/request-record.ts";
import { clockTimeOf } from "../snapshot/clock-time.ts";
import { partOfReply, partOfWidget, partsOfWorld } from "../snapshot/export-world.ts";
import type { UnwrittenPart } from "../snapshot/snapshot-part.ts";
import type { RandomState } from "../world/random.ts";
import type { World, WorldTouch } from "../world/world.ts";
import type { RowSource } from "./change-tracker.ts";
import type { RowChange, RowKind } from "./row.ts";
import { splitSubKey, subKey } from "./sub-key.ts";

/** What a store has of a world beside its snapshot, in which new ids are drawn afresh. */
export interface WorldHead extends WorldTouch {
  readonly seed: number;
  readonly epoch: string;
  readonly idsRandom: RandomState;
  readonly eventsRandom: RandomState;
}

/** The rows of a world: its snapshot's parts, each with its address. */
export function worldRowSource(world: World): RowSource {
  return {
    changes: world.changes,
    readRow(kind, key) {
      const part = readers[kind]?.(world, key);
      return part && JSON.stringify(part);
    },
    allRows: () => rowsOfWorld(world),
    lossyRows: () => lossyRowsOfWorld(world),
  };
}

/** How the row of a kind is read by its key. Requests and happenings are written once, and never changed. */
const readers: { readonly [kind in RowKind]?: (world: World, key: string) => object | undefined } = {
  world: headOf,
  count: ({ ids }) => ({ requests: ids.save().requests }),
  endpoint: ({ webhooks }, key) => withPart("endpoint", webhooks.endpoints.get(key)),
  fault({ faults }, key) {
    const fault = faults.find(key);
    return fault && { part: "fault", fault };
  },
  window({ faults }, key) {
    const window = faults.findWindow(key);
    return window && { part: "window", organization: splitSubKey(key)[1], ...window };
  },
  site: ({ sites }, key) =>
    sites.isNew(key) ? undefined : { part: "site", host: key, revision: sites.revisionOf(key) },
  widget({ widgets }, key) {
    const widget = widgets.get(key);
    if (!widget) return undefined;
    const { state, lastCrawl, index, written } = widget;
    return partOfWidget({ widget, state, lastCrawl, index, written });
  },
  deleted: ({ widgets }, key) =>
    widgets.isGone(key) ? { part: "deleted", id: key, left: widgets.partsLeftOf(key) } : undefined,
  conversation({ conversations }, key) {
    const { messages: _, ...conversation } = conversations.get(key) ?? {};
    return "id" in conversation ? { part: "conversation", ...conversation } : undefined;
  },
  message({ conversations }, key) {
    const [id, place] = splitSubKey(key);
    return withPart("message", conversations.get(id)?.messages[Number(place)]);
  },
  usage: ({ usage }, key) => withPart("usage", usage.get(Number(key))),
  delivery({ webhooks }, key) {
    const { attempts: _, ...delivery } = webhooks.deliveries.get(key) ?? {};
    return "key" in delivery ? { part: "delivery", ...delivery } : undefined;
  },
  attempt({ webhooks }, key) {
    const [delivery, place] = splitSubKey(key);
    return withPart("attempt", webhooks.deliveries.get(delivery)?.attempts[Number(place)]);
  },
  reply({ idempotency }, key) {
    const stored = idempotency.get(key);
    return stored && partOfReply(key, stored);
  },
};

function withPart(part: RowKind, members: object | undefined): object | undefined {
  return members && { part, ...members };
}

function headOf(world: World): object {
  const { origin, ids, clock, crawler, webhooks } = world;
  const { name, widgets } = ids.save();
  const head: WorldHead = {
    ...origin,
    ...world.saveTouch(),
    idsRandom: ids.saveRandom(),
    eventsRandom: webhooks.saveRandom(),
  };
  const time = clockTimeOf(clock.save().time);
  const saved = { clock: { ...clock.save(), time }, crawler: crawler.save(), faults: world.faults.save() };
  return { part: "world", ...head, ids: { name, widgets }, ...saved, ...webhooks.save() };
}

function* rowsOfWorld(world: World): Generator<RowChange> {
  const numbers = world.usage.numbers();
  const head = JSON.stringify(headOf(world));
  const addressOf = addresses(numbers);
  for (const part of partsOfWorld(world, 0)) {
    if (part.part === "world") yield { kind: "world", key: "", json: head };
    else if (part.part !== "request" && part.part !== "happening" && part.part !== "mock") {
      yield { kind: part.part, key: addressOf(part), json: JSON.stringify(part) };
    }
  }
}

/** Gives the key of each part of a world, as they follow each other. */
function addresses(numbers: readonly number[]): (part: UnwrittenPart) => string {
  let [usage, owner, place] = [0, "", 0];
  const begin = (key: string) => {
    owner = key;
    place = 0;
    return key;
  };
  return (part) => {
    switch (part.part) {
      case "fault":
        return begin(part.fault.id);
      case "conversation":
        return begin(part.id);
      case "delivery":
        return begin(part.key);
      case "window":
        return subKey(owner, part.organization);
      case "message":
      case "attempt":
        return subKey(owner, place++);
      case "usage":
        return String(numbers[usage++]);
      case "reply":
        return part.key;
      case "site":
        return part.host;
      default:
        return "id" in part ? part.id : "";
    }
  };
}

function* lossyRowsOfWorld(world: World): Generator<RowChange> {
  const { happenings } = world;
  for (const record of world.journal.records()) {
    const json = JSON.stringify({ part: "request", ...savedRequestOf(record) });
    yield { kind: "request", key: record.requestId, json };
  }
  const first = happenings.total - happenings.size;
  for (const [place, happening] of happenings.entries().entries()) {
    yield { kind: "happening", key: String(first + place), json: JSON.stringify({ part: "happening", ...happening }) };
  }
  yield { kind: "count", key: "", json: JSON.stringify(readers.count?.(world, "")) };
}
