import { isJsonObject, type JsonObject } from "../../../spec/merge-patch.ts";
import { variant } from "../build.test-helper.ts";
import { asked, type Call, isDone, part, type Reply, widgetIn, widgetPath } from "../call.test-helper.ts";
import { everyWidget } from "../everything.test-helper.ts";
import {
  afterwards,
  byOwner,
  type Layer,
  type Memory,
  refusal,
  rewriteWidget,
  stacked,
  writing,
} from "../layer.test-helper.ts";
import { lagging } from "../replica.test-helper.ts";
import { crawledAt } from "../site.test-helper.ts";
import type { Delivered } from "../subject.test-helper.ts";
import { configurationOf } from "../writable.test-helper.ts";
import { limitedCreates } from "./trouble.test-helper.ts";

/** How long a first crawl takes where a recrawl takes ten times as long. */
export const firstCrawlMs = 10_000;

/** How long a recrawl takes that had to wait for another one. */
const laterRecrawlMs = 5000;

/** What takes its time. */
export const timeVariants = [
  variant({
    id: "reads-lag",
    rules: ["A-TIME-1", "A-EVENT-4"],
    says: "Get and list show what was true a second and a half ago.",
    told: { readLagMs: 2000 },
    layer: lagging(1500, ["getWidget", "listWidgets"]),
    shows: async (user) => {
      const { id } = (await user.create()).body;
      const before = (await user.get(id)).status;
      user.wait(1500);
      return before === 404 && (await user.get(id)).status === 200;
    },
  }),
  variant({
    id: "list-lags-behind-get",
    rules: ["A-TIME-1"],
    says: "The list shows what was true a second ago.",
    told: { readLagMs: 2000 },
    layer: lagging(1000, ["listWidgets"]),
    shows: async (user) => (await user.entry((await user.create()).body.id)) === undefined,
  }),
  ...crawls([
    ["short", "200ms", 300],
    ["long", "3m", 181_000],
    ["uneven", "1s-30s", 31_000],
  ]),
  ...[
    { id: "recrawls-are-slow", hidden: false, says: "A recrawl takes ten times as long as a first crawl." },
    {
      id: "recrawls-are-slow-and-silent",
      hidden: true,
      says: "A recrawl takes ten times as long as a first crawl, and neither a member nor an event tells of its end.",
    },
  ].map(({ id, hidden, says }) =>
    variant({
      id,
      options: { crawl: `${firstCrawlMs / 1000}s` },
      rules: ["A-TIME-2", ...(hidden ? (["A-EXT-1"] as const) : [])],
      says,
      layer: stacked(
        ...(hidden ? [() => rewriteWidget(({ last_crawl: _, ...widget }) => widget)] : []),
        () => crawledAt(".slow.test"),
        firstCrawlsEndEarly,
      ),
      ...(hidden
        ? { deliver: (event: Delivered) => (event.body.includes("widget.recrawled") ? undefined : event) }
        : {}),
      shows: async (user) => {
        const { id } = (await user.active()).body;
        const { index } = (await user.converse(id)).conversation;
        await user.recrawl(id);
        user.wait(9 * firstCrawlMs);
        const during = (await user.converse(id)).conversation.index;
        user.wait(firstCrawlMs);
        return during === index && (await user.converse(id)).conversation.index !== index;
      },
    }),
  ),
  variant({
    id: "recrawls-are-quick",
    rules: ["A-TIME-2"],
    says: "A recrawl takes no time.",
    layer: (memory) =>
      afterwards("recrawlWidget", async (call) => {
        memory.mock.world(memory.keyOf(call)).widgets.endCrawl({ id: call.id, outcome: "succeeded" });
        return undefined;
      }),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.recrawl(id);
      return (await user.get(id)).body.last_crawl.status === "succeeded";
    },
  }),
  variant({
    id: "sites-share-an-index",
    rules: ["A-EXT-1"],
    says: "Widgets of a site share its newest index, and all of them are of one site; eight creates in five seconds, and no more.",
    told: { sites: ["https://one.example"] },
    layer: stacked(sharedIndex, limitedCreates),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      const { index } = (await user.converse(id)).conversation;
      await user.active();
      return (await user.converse(id)).conversation.index !== index;
    },
  }),
  variant({
    id: "delete-takes-twenty-seconds",
    rules: ["A-DELETE-1"],
    says: "A delete is answered 202, and the widget is gone twenty seconds later.",
    layer: (memory) => deletingLater(memory, 20_000),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      const { status } = await user.delete(id);
      const before = (await user.get(id)).status;
      user.wait(20_000);
      return status === 202 && before === 200 && (await user.get(id)).status === 404;
    },
  }),
  variant({
    id: "pause-takes-two-seconds",
    rules: ["A-PAUSE-1"],
    says: "A pause is answered 202 with the widget as it is, and the widget is paused two seconds later.",
    layer: (memory) => changingLater(memory, 2000, ["pauseWidget"]),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      const { status } = await user.pause(id);
      const before = (await user.get(id)).body.status;
      user.wait(2000);
      return status === 202 && before === "active" && (await user.get(id)).body.status === "paused";
    },
  }),
  variant({
    id: "changes-take-three-seconds-and-are-counted",
    rules: ["A-PAUSE-1", "A-OBJ-2", "A-EXT-1"],
    says: "A pause and a resume are answered 202, and done three seconds later; a member counts whatever has changed, crawls too, and no other tells of crawls.",
    layer: stacked(countingRevisions, (memory) => changingLater(memory, 3000, ["pauseWidget", "resumeWidget"])),
    shows: async (user) => {
      const { id, revision } = (await user.active()).body;
      await user.pause(id);
      const before = (await user.get(id)).body.revision;
      user.wait(3000);
      const { status, revision: after } = (await user.get(id)).body;
      return before === revision && after === revision + 1 && status === "paused";
    },
  }),
  variant({
    id: "updates-take-a-second",
    rules: ["A-PATCH-5"],
    says: "An update is answered 202 with the widget as it is, and done a second later.",
    layer: (memory) => updatingLater(memory, 1000),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      const { status } = await user.update(id, { name: "Renamed" });
      const before = (await user.get(id)).body.name;
      user.wait(1000);
      return status === 202 && before !== "Renamed" && (await user.get(id)).body.name === "Renamed";
    },
  }),
  variant({
    id: "recrawls-queue",
    rules: ["A-RECRAWL-2"],
    says: "A recrawl while a crawl runs is taken, and begins when that has ended.",
    layer: () => queueing(),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.recrawl(id);
      const { status } = await user.recrawl(id);
      user.wait(2000);
      return status === 202 && (await user.get(id)).body.last_crawl.status === "running";
    },
  }),
  variant({
    id: "slow-recrawls-queue",
    options: { crawl: `${(2 * firstCrawlMs) / 1000}s` },
    rules: ["A-TIME-2", "A-RECRAWL-2"],
    says: "A recrawl takes twice as long as a first crawl; one meanwhile is taken, begins when that has ended, and takes five seconds.",
    layer: stacked(() => queueing(), firstCrawlsEndEarly, laterRecrawlsEndEarly),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      const index = async () => (await user.converse(id)).conversation.index;
      const before = await index();
      await user.recrawl(id);
      await user.recrawl(id);
      user.wait(2 * firstCrawlMs);
      // The next begins with the next call.
      await user.get(id);
      const first = await index();
      user.wait(laterRecrawlMs);
      return first !== before && (await index()) !== first;
    },
  }),
];

function crawls(modes: readonly (readonly [id: string, crawl: string, enoughMs: number])[]) {
  return modes.map(([id, crawl, enoughMs]) =>
    variant({
      id: `crawls-are-${id}`,
      rules: ["A-TIME-2"],
      says: `A crawl takes ${crawl}.`,
      options: { crawl },
      shows: async (user) => {
        const { subject } = user;
        const { id: widget } = (await user.create()).body;
        user.wait(enoughMs);
        const isActive = (await user.get(widget)).body.status === "active";
        return isActive && subject.mock.crawls.get().mode === crawl;
      },
    }),
  );
}

/** Ends first crawls after ten seconds, however long crawls take. */
export function firstCrawlsEndEarly(memory: Memory): Layer {
  return endingEarly(memory, ({ operation }) => (operation === "createWidget" ? firstCrawlMs : undefined));
}

/** Ends every recrawl of a widget but its first after five seconds, however long crawls take. */
function laterRecrawlsEndEarly(memory: Memory): Layer {
  const recrawled = new Set<string>();
  return endingEarly(memory, ({ operation, id }) => {
    if (operation !== "recrawlWidget") return undefined;
    if (recrawled.has(id)) return laterRecrawlMs;
    recrawled.add(id);
    return undefined;
  });
}

/** Ends the crawls that calls begin so long after them, where that is told. */
function endingEarly(memory: Memory, afterMs: (call: Call) => number | undefined): Layer {
  const due = new Map<string, { readonly at: number; readonly key: string }>();
  return async (call, next) => {
    for (const [id, { at, key }] of due) {
      if (memory.now(call) < at) continue;
      due.delete(id);
      memory.mock.world(key).widgets.endCrawl({ id, outcome: "succeeded" });
    }
    const reply = await next(call);
    const widget = isDone(reply) ? widgetIn(reply) : undefined;
    const lengthMs = widget && afterMs(call);
    if (widget && lengthMs !== undefined) {
      due.set(String(widget["id"]), { at: memory.now(call) + lengthMs, key: memory.keyOf(call) });
    }
    if (call.operation === "deleteWidget" && isDone(reply)) due.delete(call.id);
    return reply;
  };
}

/** Shows visitors the newest index of their widget's site: that of the crawl that ended last. */
function sharedIndex(memory: Memory): Layer {
  return afterwards("getConversation", async (call, reply, next) => {
    const list = byOwner(memory, call, "GET", widgetPath(call.id));
    const own = widgetIn(await next(list));
    const all = await everyWidget(list, next);
    const ends = all
      .filter((one) => one["site_url"] === own?.["site_url"])
      .map((one) => String(part(one, "last_crawl")["finished_at"] ?? ""));
    return { ...reply, body: { ...(reply.body as JsonObject), index: `at ${ends.sort().at(-1)}` } };
  });
}

/** Takes deletes, and carries them out when their time has come; until then nothing else can be written. */
function deletingLater(memory: Memory, afterMs: number): Layer {
  const due = new Map<string, { readonly at: number; readonly headers: Readonly<Record<string, string>> }>();
  return async (call, next) => {
    for (const [id, { at, headers }] of due) {
      if (memory.now(call) < at) continue;
      due.delete(id);
      await next(asked({ ...call, headers }, "DELETE", widgetPath(id)));
    }
    const isDoomed = due.has(call.id);
    if (isDoomed && call.operation !== "deleteWidget" && writing.includes(call.operation ?? "")) {
      return refusal(409, "deleting");
    }
    if (call.operation !== "deleteWidget") return next(call);
    const found = await next(asked(call, "GET", call.path));
    if (!isDone(found)) return next(call);
    if (!isDoomed) due.set(call.id, { at: memory.now(call) + afterMs, headers: call.headers });
    return { status: 202, headers: {}, body: { id: call.id, deleting: true } };
  };
}

/** Takes pauses of active widgets, or resumes of paused ones, and carries them out when their time has come, whatever was written meanwhile. */
function changingLater(memory: Memory, afterMs: number, operations: readonly string[]): Layer {
  const due = new Map<string, { readonly at: number; readonly path: string; readonly headers: Call["headers"] }>();
  return async (call, next) => {
    for (const [id, { at, path, headers }] of due) {
      if (memory.now(call) < at) continue;
      due.delete(id);
      await next(asked({ ...call, headers }, "POST", path));
    }
    if (!operations.includes(call.operation ?? "")) return next(call);
    const found = await next(asked(call, "GET", widgetPath(call.id)));
    const isPause = call.operation === "pauseWidget";
    if (widgetIn(found)?.["status"] !== (isPause ? "active" : "paused")) return next(call);
    const path = `${widgetPath(call.id)}/${isPause ? "pause" : "resume"}`;
    if (!due.has(call.id)) due.set(call.id, { at: memory.now(call) + afterMs, path, headers: call.headers });
    return { ...found, status: 202 };
  };
}

/** Takes updates, and shows for a while what was there before them. */
function updatingLater(memory: Memory, afterMs: number): Layer {
  const pending = new Map<string, { readonly at: number; readonly before: JsonObject }[]>();
  const showing = rewriteWidget((widget, call) => {
    const next = pending.get(String(widget["id"]))?.find(({ at }) => at > memory.now(call));
    return next ? { ...widget, ...next.before } : widget;
  });
  return (call, next) =>
    showing(call, async (inner) => {
      if (inner.operation !== "updateWidget") return next(inner);
      const widget = widgetIn(await next(asked(inner, "GET", widgetPath(inner.id))));
      const reply = await next(inner);
      if (!widget || !isDone(reply)) return reply;
      const one = { at: memory.now(inner) + afterMs, before: configurationOf(widget) };
      pending.set(inner.id, [...(pending.get(inner.id) ?? []), one]);
      return { ...reply, status: 202 };
    });
}

/** Shows how often a widget has changed, and not what its crawls do. */
function countingRevisions(): Layer {
  const revisions = new Map<unknown, { readonly of: string; readonly revision: number }>();
  return rewriteWidget((widget) => {
    const { last_crawl: _, ...shown } = widget;
    const { of, revision } = revisions.get(widget["id"]) ?? { of: "", revision: 0 };
    const now = JSON.stringify(widget);
    const next = now === of ? revision : revision + 1;
    revisions.set(widget["id"], { of: now, revision: next });
    return { ...shown, revision: next };
  });
}

function queueing(): Layer {
  const queued = new Map<string, Readonly<Record<string, string>>>();
  return async (call, next) => {
    for (const [id, headers] of queued) {
      const widget = widgetIn(await next(asked({ ...call, headers }, "GET", widgetPath(id))));
      if (part(widget, "last_crawl")["status"] === "running") continue;
      queued.delete(id);
      if (widget) await next(asked({ ...call, headers }, "POST", `${widgetPath(id)}/recrawl`));
    }
    const reply = await next(call);
    if (call.operation !== "recrawlWidget" || !isInProgress(reply)) return reply;
    queued.set(call.id, call.headers);
    return { ...(await next(asked(call, "GET", widgetPath(call.id)))), status: 202 };
  };
}

function isInProgress({ status, body }: Reply): boolean {
  return status === 409 && isJsonObject(body) && body["code"] === "crawl_in_progress";
}
