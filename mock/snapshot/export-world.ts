import type { StoredFault } from "../faults/faults.ts";
import { savedRequestOf } from "../journal/request-record.ts";
import type { StoredResponse } from "../world/idempotency.ts";
import type { CapturedWidget } from "../world/widget-store.ts";
import type { World } from "../world/world.ts";
import { clockTimeOf } from "./clock-time.ts";
import type { UnwrittenPart } from "./snapshot-part.ts";

/**
 * The parts of a world as it is when the first one is asked for, however late the others are: what can change is captured
 * then, as references to what is never changed itself.
 * @param epochs how often ids have begun anew in its mock
 */
export function* partsOfWorld(world: World, epochs: number): Generator<UnwrittenPart> {
  const { organization, ids, clock, crawler, webhooks, isBlank: blank } = world;
  const time = clockTimeOf(clock.save().time);
  const head = { ...webhooks.save(), ids: ids.save(), clock: { ...clock.save(), time }, crawler: crawler.save() };
  const faults = world.faults.capture();
  const endpoints = [...webhooks.endpoints.values()].map((endpoint) => ({ ...endpoint }));
  const sites = world.sites.entries();
  const widgets = world.widgets.capture();
  const gone = world.widgets.captureGone();
  const conversations = world.conversations.capture();
  const usage = world.usage.records();
  const deliveries = webhooks.deliveries.all().map((one) => ({ ...one, attempts: [...one.attempts] }));
  const replies = world.idempotency.entries();
  const requests = world.journal.records();
  const happenings = world.happenings.entries();

  yield { part: "world", organization, blank, epochs, ...head, faults: world.faults.save() };
  for (const endpoint of endpoints) yield { part: "endpoint", ...endpoint };
  for (const fault of faults) yield* partsOfFault(fault);
  for (const [host, revision] of sites) yield { part: "site", host, revision };
  for (const widget of widgets) yield partOfWidget(widget);
  for (const [id, left] of gone) yield { part: "deleted", id, left } as UnwrittenPart;
  for (const [{ messages, ...conversation }, count] of conversations) {
    yield { part: "conversation", ...conversation };
    for (let n = 0; n < count; n++) yield { part: "message", ...messages[n] } as UnwrittenPart;
  }
  for (const record of usage) yield { part: "usage", ...record };
  for (const { attempts, ...delivery } of deliveries) {
    yield { part: "delivery", ...delivery };
    for (const attempt of attempts) yield { part: "attempt", ...attempt };
  }
  for (const [key, reply] of replies) yield partOfReply(key, reply);
  for (const request of requests) yield { part: "request", ...savedRequestOf(request) };
  for (const happening of happenings) yield { part: "happening", ...happening };
}

/** The parts of a fault: itself, and what is used of its rate limit. */
export function* partsOfFault({ windows, ...fault }: StoredFault): Generator<UnwrittenPart> {
  yield { part: "fault", fault };
  for (const [organization, window] of windows) yield { part: "window", organization, ...window };
}

/** The part of a response that is replayed for its key. */
export function partOfReply(key: string, { at, digest, response }: StoredResponse): UnwrittenPart {
  const { status, headers = {} } = response;
  const body = response.body as string | null;
  const fields = Object.entries(headers).map(([name, value]) => ({ name: name as "Location", value }));
  return { part: "reply", key, at, digest, status, body, headers: fields };
}

/** The part of a widget as it was captured. */
export function partOfWidget({ widget, ...captured }: CapturedWidget): UnwrittenPart {
  const { id, order, createdAt, siteUrl } = widget;
  return { part: "widget", id, order, createdAt, siteUrl, ...captured };
}
