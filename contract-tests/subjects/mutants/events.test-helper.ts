import { type Json, type JsonObject, mergePatch } from "../../../spec/merge-patch.ts";
import { type Difference, mutant } from "../build.test-helper.ts";
import { part, type Widget, widgetIn } from "../call.test-helper.ts";
import { cells, crawlEnds, likeState } from "../document.test-helper.ts";
import { afterwards, type Memory, onOperation, rewriteWidget } from "../layer.test-helper.ts";
import type { Subject } from "../subject.test-helper.ts";
import type { User } from "../user.test-helper.ts";

/** A draft whose first crawl ends without an event. */
const silent = [
  likeState("draft-crawling-silent", "draft-crawling"),
  crawlEnds("draft-crawling-silent", { event: null }),
  cells("updateWidget", "draft-crawling", { to: "draft-crawling-silent" }),
].reduce<Json>((whole, change) => mergePatch(whole, change), {}) as JsonObject;

/** Bugs in what is told of a widget that has become active. */
export const eventMutants = [
  mutant({
    id: "event-has-another-name",
    rule: "EVENT-1",
    says: "The event is called widget.activated.",
    alsoBreaks: ["EVENT-2"],
    document: crawlEnds("draft-crawling", { event: "widget.activated" }),
    shows: async (user) => (await eventsOf(user)).includes("widget.activated"),
  }),
  mutant({
    id: "event-is-never-sent",
    rule: "EVENT-2",
    says: "Nothing is sent when a first crawl has finished.",
    alsoBreaks: ["EVENT-1"],
    document: crawlEnds("draft-crawling", { event: null }),
    shows: async (user) => (await eventsOf(user)).length === 0,
  }),
  mutant({
    id: "updated-draft-has-no-event",
    rule: "EVENT-2",
    says: "Nothing is sent for a widget that was updated while it was a draft.",
    document: silent,
    shows: async (user) =>
      (await eventsOf(user, (id) => user.update(id, { voice: "Kore" }))).length < (await eventsOf(user)).length,
  }),
  mutant({
    id: "some-events-get-lost",
    rule: "EVENT-2",
    says: "The event of a widget whose name holds a character that is not ASCII gets lost.",
    deliver: (event) => (/[^\p{ASCII}]/u.test(JSON.parse(event.body).data.name) ? undefined : event),
    shows: async ({ subject }) => isLost(subject, "Café") && !isLost(subject, "Cafe"),
  }),
  mutant({
    id: "most-events-get-lost",
    rule: "EVENT-2",
    says: "The event of a widget whose id does not end in a figure gets lost.",
    deliver: (event) => (/\d$/.test(JSON.parse(event.body).data.id) ? event : undefined),
    shows: async ({ subject: { deliver } }) => {
      const passes = (id: string) => deliver?.({ headers: {}, body: JSON.stringify({ data: { id } }) }) !== undefined;
      return passes("wgt_a1") && !passes("wgt_1a");
    },
  }),
  mutant({
    id: "event-names-the-widget-before",
    rule: "EVENT-2",
    says: "An event carries the widget of the event before it.",
    alsoBreaks: ["EVENT-3"],
    delivery: () => {
      let before: Json | undefined;
      return (event) => {
        const body = JSON.parse(event.body);
        const sent = { ...event, body: JSON.stringify({ ...body, data: before ?? body.data }) };
        before = body.data;
        return sent;
      };
    },
    shows: async ({ subject: { deliver } }) => {
      const named = ["wgt_a", "wgt_b"].map((id) => deliver?.({ headers: {}, body: JSON.stringify({ data: { id } }) }));
      return named[1]?.body.includes("wgt_a") === true;
    },
  }),
  mutant({
    id: "event-names-the-newest-widget",
    rule: "EVENT-2",
    says: "An event carries the id of the newest widget of the organization, whichever has become active.",
    alsoBreaks: ["EVENT-3"],
    ...namingTheNewest(),
    shows: async (user) => {
      const [one, two] = [await user.create(), await user.create()];
      const body = JSON.stringify({ type: "widget.ready", data: { id: one.body.id } });
      return user.subject.deliver?.({ headers: {}, body })?.body.includes(two.body.id) === true;
    },
  }),
  mutant({
    id: "events-at-one-moment-are-joined",
    rule: "EVENT-2",
    says: "Of first crawls that end within half a second only one has an event.",
    delivery: () => {
      let last = Number.NEGATIVE_INFINITY;
      return (event) => {
        const at = Date.parse(JSON.parse(event.body).timestamp);
        if (at - last < 500) return undefined;
        last = at;
        return event;
      };
    },
    shows: async ({ subject: { deliver } }) => {
      const body = JSON.stringify({ timestamp: "2026-01-01T00:00:00Z" });
      const sent = [1, 2].map(() => deliver?.({ headers: {}, body }));
      return deliver !== undefined && sent[1] === undefined;
    },
  }),
  mutant({
    id: "event-says-draft",
    rule: "EVENT-2",
    says: "An event shows its widget with the status draft; reads say active.",
    deliver: withData((data) => ({ ...data, status: "draft" })),
    shows: async ({ subject: { deliver } }) =>
      deliver?.({ headers: {}, body: JSON.stringify({ data: { status: "active" } }) })?.body.includes("draft") === true,
  }),
  mutant({
    id: "event-shows-the-widget-as-created",
    rule: "EVENT-2",
    says: "An event shows its widget as it was created, but for the status, whatever was written since.",
    ...showingTheCreated(),
    shows: async (user) => {
      const { body } = await user.create();
      await user.update(body.id, { voice: "Aoede" });
      const sent = { headers: {}, body: JSON.stringify({ data: { ...body, voice: "Aoede" } }) };
      return body.voice !== "Aoede" && user.subject.deliver?.(sent)?.body.includes("Aoede") === false;
    },
  }),
  mutant({
    id: "event-comes-before-active",
    rule: "EVENT-3",
    says: "Reads show a draft for ten seconds after the event was sent.",
    layer: (memory) => rewriteWidget((widget, call) => asDraftAtFirst(widget, memory.now(call))),
    shows: async (user) => {
      const { id } = (await user.create()).body;
      const happened = user.subject.mock.clock.advance({ seconds: 2 }).happened;
      return happened.some(({ event }) => event === "widget.ready") && (await user.get(id)).body.status === "draft";
    },
  }),
  mutant({
    id: "event-comes-before-the-list-knows",
    rule: "EVENT-3",
    says: "The list shows a draft for ten seconds after the event was sent; a get shows active.",
    alsoBreaks: ["LIST-4", "LIFE-1", "LIFE-4"],
    layer: (memory) =>
      onOperation(
        "listWidgets",
        rewriteWidget((widget, call) => asDraftAtFirst(widget, memory.now(call))),
      ),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      return (await user.entry(id)).status === "draft" && (await user.get(id)).body.status === "active";
    },
  }),
];

/** Changes what events show of their widgets. */
function withData(change: (data: JsonObject) => JsonObject): NonNullable<Difference["deliver"]> {
  return (event) => {
    const body = JSON.parse(event.body);
    return { ...event, body: JSON.stringify({ ...body, data: change(body.data) }) };
  };
}

/** Remembers what creates answer, and lets events show that. */
function showingTheCreated(): Pick<Difference, "layer" | "delivery"> {
  const created = new WeakMap<Memory, Map<Json | undefined, Widget>>();
  return {
    layer: (memory) => {
      const own = new Map<Json | undefined, Widget>();
      created.set(memory, own);
      return afterwards("createWidget", async (_, reply) => {
        const widget = widgetIn(reply);
        if (widget) own.set(widget["id"], widget);
        return undefined;
      });
    },
    delivery: (memory) =>
      withData((data) => ({ ...data, ...created.get(memory)?.get(data["id"]), status: data["status"] ?? null })),
  };
}

/** Remembers the widget that was created last, and lets events name it. */
function namingTheNewest(): Pick<Difference, "layer" | "delivery"> {
  const newest = new WeakMap<Memory, string>();
  return {
    layer: (memory) =>
      afterwards("createWidget", async (_, reply) => {
        newest.set(memory, String(widgetIn(reply)?.["id"]));
        return undefined;
      }),
    delivery: (memory) => (event) => {
      const body = JSON.parse(event.body);
      return { ...event, body: JSON.stringify({ ...body, data: { ...body.data, id: newest.get(memory) } }) };
    },
  };
}

/** Shows an active widget as a draft for ten seconds after its first crawl. */
function asDraftAtFirst(widget: Widget, now: number): Widget {
  const { finished_at, trigger } = part(widget, "last_crawl");
  const isFresh = trigger === "create" && now - Date.parse(String(finished_at)) < 10_000;
  return isFresh && widget["status"] === "active" ? { ...widget, status: "draft" } : widget;
}

/** The events that the life of a widget causes until it is active. */
async function eventsOf(user: User, act: (id: string) => Promise<unknown> = async () => undefined) {
  const { id } = (await user.create()).body;
  await act(id);
  return user.subject.mock.clock.advance({ seconds: 60 }).happened.flatMap(({ event }) => event ?? []);
}

function isLost({ deliver }: Subject, name: string): boolean {
  const event = { headers: {}, body: JSON.stringify({ type: "widget.ready", data: { name } }) };
  return deliver !== undefined && deliver(event) === undefined;
}
