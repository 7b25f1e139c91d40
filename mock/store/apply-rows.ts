import type { JsonObject } from "../../spec/merge-patch.ts";
import type { Engine } from "../engine.ts";
import type { FaultsState } from "../faults/faults.ts";
import { timeAt } from "../snapshot/clock-time.ts";
import type { PartOf } from "../snapshot/snapshot-part.ts";
import { parseCrawlMode } from "../world/crawl-mode.ts";
import { crawlPlanOf, siteHostOf } from "../world/crawl-plan.ts";
import type { StoredDelivery } from "../world/webhooks/delivery.ts";
import { defaultSecret } from "../world/webhooks/endpoint.ts";
import type { NamedEndpoint, World } from "../world/world.ts";
import type { Worlds, WorldsStart } from "../worlds.ts";
import { type RowChange, type RowKind, shared } from "./row.ts";
import { splitSubKey } from "./sub-key.ts";
import type { WorldHead } from "./world-rows.ts";

/** What becomes of a row, read from its JSON. */
export interface ParsedRow extends Pick<RowChange, "kind" | "key"> {
  /** Undefined if it was removed. */
  readonly part: unknown;
  /** True if it goes behind the others, even if it is there already. */
  readonly isMoved: boolean;
}

/** Reads the JSON of rows. */
export function* parseRows(rows: Iterable<RowChange>): Generator<ParsedRow> {
  for (const { kind, key, json } of rows) {
    yield { kind, key, part: json === undefined ? undefined : JSON.parse(json), isMoved: false };
  }
}

/**
 * Brings the copy of an organization up to date, in place: puts and removes rows, and schedules the tasks that belong to
 * them. Its world is created by its row `world`, which comes first. Nothing of it counts as a change.
 */
export function applyRows(engine: Engine, organization: string, rows: Iterable<ParsedRow>): void {
  const { worlds } = engine;
  const world = worlds.find(organization);
  if (organization === shared) {
    worlds.state.changes?.uncounted(() => {
      for (const row of rows) {
        if (row.isMoved) applySharedRow(engine, { ...row, part: undefined });
        applySharedRow(engine, row);
      }
    });
  } else if (world) {
    world.changes?.uncounted(() => {
      for (const row of rows) applyRow(world, row);
    });
    world.clock.start();
  } else addWorld(engine, organization, rows);
}

/** Forgets the copy of an organization, so that it can be loaded again. */
export function forgetCopy({ worlds }: Engine, organization: string): void {
  const world = worlds.find(organization);
  if (world) worlds.forgetCopy(world);
}

function addWorld({ worlds }: Engine, organization: string, rows: Iterable<ParsedRow>): void {
  let world: World | undefined;
  for (const row of rows) {
    world ??= newWorld(worlds, organization, row);
    applyRow(world, row);
  }
  if (!world) return;
  worlds.adopt(world);
  world.clock.start();
}

function newWorld(worlds: Worlds, organization: string, { kind, part }: ParsedRow): World {
  if (kind !== "world" || part === undefined) throw new Error(`the rows of an organization begin with ${kind}`);
  const { seed, epoch, clock, crawler } = part as StoredWorld;
  const time = timeAt("clock/time", clock.time);
  return worlds.createWorldIn(worlds.state, organization, { seed, epoch, time, crawl: parseCrawlMode(crawler.mode) });
}

type StoredWorld = Omit<PartOf<"world">, "blank" | "organization" | "ids"> &
  WorldHead & { readonly ids: { readonly name: string; readonly widgets: number } };

/** Puts the row of a kind, or removes it; those that are only put are removed with their world. */
interface RowPlace<Part> {
  readonly put: (world: World, part: Part, key: string) => void;
  readonly remove?: (world: World, key: string) => void;
}

const places: { readonly [kind in RowKind]?: RowPlace<never> } = {
  world: { put: putHead } satisfies RowPlace<StoredWorld>,
  count: {
    put: ({ ids }, { requests }) => ids.load({ ...ids.save(), requests: Math.max(requests, ids.save().requests) }),
  } satisfies RowPlace<{ readonly requests: number }>,
  endpoint: {
    put({ webhooks }, { part: _, ...endpoint }) {
      webhooks.endpoints.put({ ...endpoint, secret: endpoint.secret ?? defaultSecret });
    },
    remove: ({ webhooks }, key) => webhooks.endpoints.drop(key),
  } satisfies RowPlace<PartOf<"endpoint">>,
  fault: {
    put: ({ faults }, { fault }) => faults.put(fault),
    remove: ({ faults }, key) => void faults.remove(key),
  } satisfies RowPlace<PartOf<"fault">>,
  window: {
    put: ({ faults }, { endsAt, used }, key) => faults.putWindow(key, { endsAt, used }),
    remove: ({ faults }, key) => faults.putWindow(key, undefined),
  } satisfies RowPlace<PartOf<"window">>,
  site: {
    put: ({ sites }, { host, revision }) => sites.set(host, revision),
    remove: ({ sites }, key) => sites.drop(key),
  } satisfies RowPlace<PartOf<"site">>,
  widget: { put: putWidget, remove: removeWidget } satisfies RowPlace<PartOf<"widget">>,
  deleted: {
    put: ({ widgets }, { id, left }) => {
      if (!widgets.isGone(id)) widgets.addGone(id, left);
    },
    remove: ({ widgets }, key) => widgets.dropGone(key),
  } satisfies RowPlace<PartOf<"deleted">>,
  conversation: {
    put: ({ conversations }, { part: _, ...conversation }) => {
      if (!conversations.get(conversation.id)) conversations.add({ ...conversation, messages: [] } as never);
    },
    remove: ({ conversations }, key) => conversations.drop(key),
  } satisfies RowPlace<PartOf<"conversation">>,
  message: {
    put: ({ conversations }, { part: _, ...message }, key) => {
      const [id, place] = splitSubKey(key);
      const conversation = conversations.get(id);
      if (conversation) conversations.putMessage(conversation, Number(place), message);
    },
  } satisfies RowPlace<PartOf<"message">>,
  usage: {
    put: ({ usage }, { part: _, ...record }, key) => usage.put(Number(key), record),
    remove: ({ usage }, key) => usage.drop(Number(key)),
  } satisfies RowPlace<PartOf<"usage">>,
  delivery: {
    put: ({ webhooks }, { part: _, timer, ...delivery }) =>
      webhooks.deliveries.put({ ...delivery, timer, attempts: [] } as StoredDelivery),
    remove: ({ webhooks }, key) => webhooks.deliveries.drop(key),
  } satisfies RowPlace<PartOf<"delivery">>,
  attempt: {
    put: ({ webhooks }, { part: _, ...attempt }, key) => {
      const [delivery, place] = splitSubKey(key);
      webhooks.deliveries.putAttempt(delivery, Number(place), attempt);
    },
  } satisfies RowPlace<PartOf<"attempt">>,
  reply: {
    put: ({ idempotency }, { key, at, digest, status, body, headers }) => {
      const fields = Object.fromEntries(headers.map(({ name, value }) => [name, value]));
      if (!idempotency.get(key)) idempotency.add(key, { at, digest, response: { status, body, headers: fields } });
    },
    remove: ({ idempotency }, key) => idempotency.drop(key),
  } satisfies RowPlace<PartOf<"reply">>,
  request: {
    put: ({ journal }, { part: _, ...request }) => journal.restore(request as never),
  } satisfies RowPlace<PartOf<"request">>,
  happening: {
    put: (world, { part: _, ...happening }, key) => {
      world.remember(happening);
      world.happenings.skipTo(Number(key) + 1);
    },
  } satisfies RowPlace<PartOf<"happening">>,
};

function applyRow(world: World, { kind, key, part, isMoved }: ParsedRow): void {
  const place = places[kind] as RowPlace<unknown> | undefined;
  if (part === undefined || isMoved) place?.remove?.(world, key);
  if (part !== undefined) place?.put(world, part, key);
}

function putHead(world: World, { ids, idsRandom, eventsRandom, clock, crawler, faults, ...rest }: StoredWorld): void {
  const { isTouched, initialEndpoints, events, endpointCount } = rest;
  world.ids.load({ ...ids, requests: world.ids.save().requests });
  world.ids.loadRandom(idsRandom);
  world.clock.load({ ...clock, time: timeAt("clock/time", clock.time) });
  world.crawler.load(crawler);
  world.faults.load(faults);
  world.webhooks.load({ events, endpointCount });
  world.webhooks.loadRandom(eventsRandom);
  world.loadTouch({ isTouched, initialEndpoints });
}

function putWidget(world: World, stored: PartOf<"widget">): void {
  const { widgets, clock, crawler, listPages } = world;
  const { id, order, createdAt, siteUrl, state, index } = stored;
  const written = stored.written as JsonObject;
  const { ending, finished } = stored.lastCrawl;
  // A crawl always has both members.
  const lastCrawl = { ...stored.lastCrawl, ending, finished };
  const known = widgets.get(id);
  if (known) {
    crawler.cancel(known);
    widgets.rewrite(known, written);
    Object.assign(known, { state, index, lastCrawl });
  } else {
    const siteHost = siteHostOf(siteUrl) ?? "";
    const crawlPlan = crawlPlanOf(siteHost);
    const json = undefined;
    widgets.add({ id, order, createdAt, siteUrl, siteHost, crawlPlan, state, lastCrawl, index, written, json });
  }
  if (ending?.timer) clock.reschedule(ending.timer, { kind: "crawl", widget: id });
  listPages.clear();
}

function removeWidget(world: World, id: string): void {
  const widget = world.widgets.get(id);
  if (!widget) return;
  world.crawler.cancel(widget);
  world.widgets.drop(widget);
  world.listPages.clear();
}

/** What all worlds share, as a store has it. */
interface StoredMock
  extends WorldsStart,
    Pick<PartOf<"mock">, "seed" | "scenario" | "endpointCount" | "crawl" | "time"> {
  readonly epochs: number;
  readonly endpoints: readonly NamedEndpoint[];
  readonly faults: FaultsState;
}

function applySharedRow({ worlds, organizations, persistence }: Engine, row: ParsedRow): void {
  const { state } = worlds;
  const { kind, key } = row;
  const part = row.part as ReturnType<typeof JSON.parse>;
  if (kind === "fault") part ? state.faults.put(part.fault) : state.faults.remove(key);
  else if (kind === "window") state.faults.putWindow(key, part && { endsAt: part.endsAt, used: part.used });
  else if (kind === "count") state.unknownRequests = Math.max(state.unknownRequests, part.requests);
  else if (kind === "organization" || kind === "key") organizations.restore({ part: kind, key, row: part });
  else if (kind === "mock") {
    putMock(worlds, part);
    if (persistence) persistence.runs = part.runs;
  }
}

function putMock(worlds: Worlds, { time, crawl, faults, epochs, ...rest }: StoredMock): void {
  const { state } = worlds;
  const { seed, scenario, endpoints, endpointCount } = rest;
  Object.assign(state.defaults, { seed, scenario, endpoints, endpointCount, crawl: parseCrawlMode(crawl) });
  state.defaults.time.load(timeAt("time", time));
  state.faults.load(faults);
  state.epochs = epochs;
  worlds.loadStart(rest);
}
