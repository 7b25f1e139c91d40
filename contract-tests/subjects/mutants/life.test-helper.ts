import type { Json } from "../../../spec/merge-patch.ts";
import { mutant } from "../build.test-helper.ts";
import { part, type Reply, widgetIn } from "../call.test-helper.ts";
import { cells, crawlEnds } from "../document.test-helper.ts";
import { created, type Layer, type Memory, onOperation, rewriteWidget, writing } from "../layer.test-helper.ts";
import { lagging } from "../replica.test-helper.ts";

/** Bugs in how a widget becomes active, and in seeing that it has. */
export const lifeMutants = [
  mutant({
    id: "get-lags-four-seconds",
    rule: "GET-2",
    says: "A get shows what was true four seconds ago; the list is up to date.",
    alsoBreaks: [
      "GET-1",
      "CREATE-6",
      "LIST-4",
      "UPDATE-3",
      "UPDATE-4",
      "UPDATE-5",
      "PAUSE-1",
      "PAUSE-2",
      "DELETE-1",
      "EVENT-3",
      "RECRAWL-2",
    ],
    layer: lagging(4000, ["getWidget"]),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      user.wait(20_000);
      await user.update(id, { voice: "Aoede" });
      user.wait(3000);
      return (await user.get(id)).body.voice !== "Aoede";
    },
  }),
  mutant({
    id: "get-is-cached",
    rule: "GET-2",
    says: "A get gives what a get gave up to a minute before.",
    alsoBreaks: [
      "LIST-4",
      "UPDATE-3",
      "UPDATE-4",
      "UPDATE-5",
      "UPDATE-8",
      "PAUSE-1",
      "PAUSE-2",
      "DELETE-1",
      "EVENT-3",
      "RECRAWL-2",
      "LIFE-1",
    ],
    layer: cachedGets,
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.update(id, { voice: "Aoede" });
      user.wait(30_000);
      return (await user.get(id)).body.voice !== "Aoede";
    },
  }),
  mutant({
    id: "never-active",
    rule: "LIFE-1",
    says: "A widget stays a draft when its first crawl has finished.",
    alsoBreaks: ["EVENT-1", "EVENT-2"],
    document: crawlEnds("draft-crawling", { to: "draft-failed", event: null }),
    shows: async (user) => (await user.active()).body.status === "draft",
  }),
  mutant({
    id: "active-only-when-touched",
    rule: "LIFE-1",
    says: "A widget shows that it is active only after an update.",
    alsoBreaks: ["EVENT-3", "PAUSE-2", "RECRAWL-2", "LIFE-4"],
    layer: draftUntilTouched,
    shows: async (user) => {
      const { id, status } = (await user.active()).body;
      return status === "draft" && (await user.update(id, { voice: "Aoede" })).body.status === "active";
    },
  }),
  mutant({
    id: "updated-draft-never-active",
    rule: "LIFE-1",
    says: "An update of a draft ends its crawl, and it stays a draft.",
    alsoBreaks: ["EVENT-2", "UPDATE-7"],
    document: cells("updateWidget", "draft-crawling", { to: "draft-failed" }),
    shows: async (user) => {
      const { id } = (await user.create()).body;
      await user.update(id, { voice: "Aoede" });
      user.wait(600_000);
      return (await user.get(id)).body.status === "draft";
    },
  }),
  mutant({
    id: "active-before-the-crawl-ends",
    rule: "LIFE-2",
    says: "Only the reply to a create says draft; reads say active while the first crawl still runs.",
    alsoBreaks: ["UPDATE-7", "RECRAWL-1", "RECRAWL-3"],
    document: cells("createWidget", "new", { to: "active-recrawling" }),
    options: { dialect: { "A-EVENT-3": "every" } },
    layer: () => created((widget) => ({ ...widget, status: "draft" })),
    shows: async (user) => {
      const { id, status } = (await user.create()).body;
      return status === "draft" && (await user.get(id)).body.status === "active";
    },
  }),
  mutant({
    id: "updated-draft-is-active",
    rule: "LIFE-2",
    says: "A draft is active as soon as it is updated, while its first crawl still runs.",
    alsoBreaks: ["RECRAWL-1", "RECRAWL-3"],
    document: cells("updateWidget", "draft-crawling", { to: "active-recrawling" }),
    options: { dialect: { "A-EVENT-3": "every" } },
    shows: async (user) => {
      const { id } = (await user.create()).body;
      const before = (await user.get(id)).body.status;
      await user.update(id, { voice: "Kore" });
      return before === "draft" && (await user.get(id)).body.status === "active";
    },
  }),
  mutant({
    id: "updated-draft-is-shown-active",
    rule: "LIFE-2",
    says: "A draft is shown as active once it is updated, and rejects whatever a draft rejects until its first crawl has ended.",
    alsoBreaks: ["RECRAWL-1", "PAUSE-1", "EVENT-3"],
    layer: () => {
      const updated = new Set<Json | undefined>();
      const layer = rewriteWidget((widget) =>
        widget["status"] === "draft" && updated.has(widget["id"]) ? { ...widget, status: "active" } : widget,
      );
      return (call, next) => {
        if (call.operation === "updateWidget") updated.add(call.id);
        return layer(call, next);
      };
    },
    shows: async (user) => {
      const { id } = (await user.create()).body;
      await user.update(id, { voice: "Kore" });
      return (await user.get(id)).body.status === "active" && (await user.pause(id)).status === 409;
    },
  }),
  mutant({
    id: "falls-back-to-draft",
    rule: "LIFE-4",
    says: "Three seconds after it became active, or was written last, a widget is shown as a draft.",
    alsoBreaks: ["LIFE-1", "EVENT-3", "PAUSE-2", "RECRAWL-2", "RECRAWL-7", "DELETE-8"],
    layer: fallingBack,
    shows: async (user) => {
      const { id } = (await user.active()).body;
      user.wait(5000);
      return (await user.get(id)).body.status === "draft";
    },
  }),
  mutant({
    id: "blinks-as-a-draft",
    rule: "LIFE-4",
    says: "For the last two seconds of every five an active widget is shown as a draft.",
    alsoBreaks: ["LIFE-1", "EVENT-3", "PAUSE-2", "RECRAWL-2", "RECRAWL-7", "DELETE-8", "LIST-4"],
    layer: (memory) =>
      rewriteWidget((widget, call) =>
        widget["status"] === "active" && Math.floor(memory.now(call) / 1000) % 5 >= 3
          ? { ...widget, status: "draft" }
          : widget,
      ),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      const seen = [];
      for (let second = 0; second < 6; second++) {
        seen.push((await user.get(id)).body.status);
        user.wait(1000);
      }
      return seen.includes("draft") && seen.includes("active");
    },
  }),
  mutant({
    id: "flickers-once-active",
    rule: "LIFE-4",
    says: "Three seconds after it became active a widget is shown as a draft, for two seconds.",
    alsoBreaks: ["LIFE-1", "EVENT-3", "LIST-4"],
    layer: (memory) =>
      rewriteWidget((widget, call) => {
        const { finished_at, trigger } = part(widget, "last_crawl");
        const ageMs = memory.now(call) - Date.parse(String(finished_at));
        const isOut = trigger === "create" && ageMs >= 3000 && ageMs < 5000;
        return isOut && widget["status"] === "active" ? { ...widget, status: "draft" } : widget;
      }),
    shows: async (user) => {
      const { id } = (await user.create()).body;
      const seen = [];
      for (let half = 0; half < 40; half++) {
        user.wait(500);
        seen.push((await user.get(id)).body.status);
      }
      return /^(draft,)*(active,)+(draft,)+active(,active)*$/.test(seen.join());
    },
  }),
];

function cachedGets(memory: Memory): Layer {
  const cache = new Map<string, { readonly at: number; readonly reply: Reply }>();
  return onOperation("getWidget", async (call, next) => {
    const key = `${call.headers["authorization"]} ${call.id}`;
    const known = cache.get(key);
    if (known && memory.now(call) - known.at < 60_000) return known.reply;
    const reply = await next(call);
    // What is still changing by itself is not worth keeping.
    if (widgetIn(reply)?.["status"] === "active") cache.set(key, { at: memory.now(call), reply });
    return reply;
  });
}

function draftUntilTouched(): Layer {
  const touched = new Set<Json | undefined>();
  const layer = rewriteWidget((widget) =>
    widget["status"] === "active" && !touched.has(widget["id"]) ? { ...widget, status: "draft" } : widget,
  );
  return async (call, next) => {
    if (call.operation === "updateWidget") touched.add(call.id);
    return layer(call, next);
  };
}

function fallingBack(memory: Memory): Layer {
  const activeSince = new Map<Json | undefined, number>();
  const layer = rewriteWidget((widget, call) => {
    const now = memory.now(call);
    if (widget["status"] !== "active") return widget;
    if (!activeSince.has(widget["id"])) activeSince.set(widget["id"], now);
    return now - (activeSince.get(widget["id"]) ?? now) > 3000 ? { ...widget, status: "draft" } : widget;
  });
  return (call, next) => {
    if (writing.includes(call.operation ?? "")) activeSince.delete(call.id);
    return layer(call, next);
  };
}
