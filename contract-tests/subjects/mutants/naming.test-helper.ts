import type { Json } from "../../../spec/merge-patch.ts";
import { mutant } from "../build.test-helper.ts";
import { asked, isDone, type Reply, type Widget, widgetIn, widgetPath } from "../call.test-helper.ts";
import { everyWidget } from "../everything.test-helper.ts";
import { afterwards, byOwner, type Layer, type Memory, onOperation, type Wrapper } from "../layer.test-helper.ts";
import type { User } from "../user.test-helper.ts";

/** Bugs that several rules explain, of which one explains most with least. */
export const namingMutants = [
  mutant({
    id: "pause-is-for-the-site",
    rule: "PAUSE-1",
    says: "A pause pauses every active widget for the same site.",
    alsoBreaks: ["PAUSE-2", "PAUSE-4", "LIFE-4", "RECRAWL-2"],
    layer: () => onSite("pauseWidget", "/pause"),
    shows: async (user) => {
      const other = (await user.active()).body.id;
      await user.pause((await user.active()).body.id);
      return (await user.get(other)).body.status === "paused";
    },
  }),
  mutant({
    id: "resume-is-for-the-site",
    rule: "PAUSE-2",
    says: "A resume resumes every paused widget for the same site.",
    alsoBreaks: ["PAUSE-1", "PAUSE-4"],
    layer: () => onSite("resumeWidget", "/resume"),
    shows: async (user) => {
      const [one, other] = [(await user.active()).body.id, (await user.active()).body.id];
      for (const id of [one, other]) await user.pause(id);
      await user.resume(one);
      return (await user.get(other)).body.status === "active";
    },
  }),
  mutant({
    id: "recrawl-resets-the-allowlist",
    rule: "UPDATE-5",
    says: "A recrawl puts the domains of its widget back to the host of its site.",
    alsoBreaks: ["OBJ-13"],
    layer: () => resettingDomains(({ id }, widget) => widget["id"] === id),
    shows: async (user) => {
      const { id } = (await user.active({ domains: ["shop.example"] })).body;
      await user.recrawl(id);
      return JSON.stringify((await user.get(id)).body.domains) !== '["shop.example"]';
    },
  }),
  mutant({
    id: "recrawl-ends-with-the-default-theme",
    rule: "UPDATE-5",
    says: "When a recrawl ends its widget has the theme of a new one, whatever was written before it and meanwhile.",
    alsoBreaks: ["OBJ-9", "UPDATE-2", "UPDATE-3", "UPDATE-4"],
    layer: resettingTheme,
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.recrawl(id);
      await user.update(id, { theme: { radius: 3 } });
      user.wait(60_000);
      return (await user.get(id)).body.theme.radius !== 3;
    },
  }),
  ...[3, 30].map((seconds) =>
    mutant({
      id: `gets-are-cached-for-${seconds}-seconds`,
      rule: "GET-2",
      says: `A get is answered from a cache of ${seconds} seconds that no update clears.`,
      alsoBreaks: ["UPDATE-5", "LIST-4", "EVENT-3"],
      layer: caching(seconds * 1000, ["updateWidget"]),
      shows: cachesUpdates,
    }),
  ),
  mutant({
    id: "gets-are-cached-over-deletes",
    rule: "DELETE-1",
    says: "A get is answered from a cache of four seconds that all that changes a widget clears, but no delete.",
    alsoBreaks: ["GET-2", "DELETE-6"],
    layer: forgettingLate(4000),
    shows: async (user) => {
      const { id } = (await user.create()).body;
      await user.get(id);
      await user.delete(id);
      const { status } = await user.get(id);
      user.wait(4000);
      return status === 200 && (await user.get(id)).status === 404;
    },
  }),
  mutant({
    id: "gets-keep-the-status-they-showed",
    rule: "GET-2",
    says: "For five seconds a get goes on with the status that a get showed, unless the widget was written since; the list is up to date.",
    alsoBreaks: ["LIST-4", "EVENT-3"],
    layer: keepingStatus(5000),
    shows: async (user) => {
      const { id } = (await user.create()).body;
      await user.get(id);
      user.wait(2500);
      return (await user.get(id)).body.status === "draft" && (await user.entry(id)).status === "active";
    },
  }),
  mutant({
    id: "all-writes-are-behind-a-cache",
    rule: "GET-2",
    says: "A get is answered from a cache of twenty seconds that nothing clears but a delete.",
    alsoBreaks: ["UPDATE-5", "LIST-4", "PAUSE-1", "PAUSE-2", "EVENT-3"],
    layer: caching(20_000, ["updateWidget", "pauseWidget", "resumeWidget", "recrawlWidget"]),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.pause(id);
      return (await user.get(id)).body.status === "active";
    },
  }),
];

async function cachesUpdates(user: User): Promise<boolean> {
  const { id } = (await user.active()).body;
  await user.update(id, { voice: "Aoede" });
  return (await user.get(id)).body.voice !== "Aoede";
}

/** Puts the theme of a widget back once a recrawl of it has ended. */
function resettingTheme(memory: Memory): Layer {
  const running = new Map<string, number>();
  return async (call, next) => {
    for (const [id, endsAt] of running) {
      if (memory.now(call) < endsAt) continue;
      running.delete(id);
      await next(byOwner(memory, call, "PATCH", widgetPath(id), { theme: null }));
    }
    const reply = await next(call);
    if (call.operation === "recrawlWidget" && isDone(reply)) running.set(call.id, memory.now(call) + 1500);
    return reply;
  };
}

/** Does what an operation did to a widget to the others for its site too. */
function onSite(operation: string, action: string): Layer {
  return afterwards(operation, async (call, reply, next) => {
    const site = widgetIn(reply)?.["site_url"];
    for (const { id, site_url: other } of await everyWidget(call, next)) {
      if (other === site && id !== call.id) await next(asked(call, "POST", `${widgetPath(String(id))}${action}`));
    }
    return undefined;
  });
}

/** Puts domains back when a recrawl is accepted. */
function resettingDomains(isMeant: (call: { readonly id: string }, widget: Widget) => boolean): Layer {
  return afterwards("recrawlWidget", async (call, reply, next) => {
    const site = String(widgetIn(reply)?.["site_url"]);
    for (const widget of await everyWidget(call, next)) {
      if (widget["site_url"] !== site || !isMeant(call, widget)) continue;
      await next(asked(call, "PATCH", widgetPath(String(widget["id"])), { domains: [new URL(site).hostname] }));
    }
    return next(asked(call, "GET", widgetPath(call.id))).then((read) => ({ ...read, status: reply.status }));
  });
}

/** Shows a widget with the status that a get showed some time ago, where nothing was done with it since. */
function keepingStatus(forMs: number): Wrapper {
  return (memory: Memory) => {
    const kept = new Map<string, { readonly at: number; readonly status: Json }>();
    return async (call, next) => {
      const reply = await next(call);
      if (call.operation !== "getWidget") kept.delete(call.id);
      const widget = call.operation === "getWidget" ? widgetIn(reply) : undefined;
      if (!widget) return reply;
      const known = kept.get(call.id);
      if (known && memory.now(call) - known.at < forMs) return { ...reply, body: { ...widget, status: known.status } };
      kept.set(call.id, { at: memory.now(call), status: widget["status"] ?? null });
      return reply;
    };
  };
}

/** Answers gets of a widget that is gone as the last get was answered, for some time. */
function forgettingLate(forMs: number): Wrapper {
  return (memory: Memory) => {
    const kept = new Map<string, { readonly at: number; readonly reply: Reply }>();
    return onOperation("getWidget", async (call, next) => {
      const key = `${call.headers["authorization"]} ${call.id}`;
      const [reply, known] = [await next(call), kept.get(key)];
      if (isDone(reply)) kept.set(key, { at: memory.now(call), reply });
      return known && !isDone(reply) && memory.now(call) - known.at < forMs ? known.reply : reply;
    });
  };
}

/** Answers gets as they were answered some time ago, unless something else was done since than some operations. */
function caching(forMs: number, hidden: readonly string[]): Wrapper {
  return (memory: Memory) => {
    const kept = new Map<string, { readonly at: number; readonly reply: Reply }>();
    return async (call, next) => {
      const key = `${call.headers["authorization"]} ${call.id}`;
      const known = kept.get(key);
      const isFresh = known && memory.now(call) - known.at < forMs;
      if (call.operation === "getWidget" && known && isFresh) return known.reply;
      const reply = await next(call);
      if (call.operation === "getWidget" && isDone(reply)) kept.set(key, { at: memory.now(call), reply });
      else if (call.operation !== "listWidgets" && !hidden.includes(call.operation ?? "")) kept.delete(key);
      return reply;
    };
  };
}
