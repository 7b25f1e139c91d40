import type { Json } from "../../../spec/merge-patch.ts";
import { mutant } from "../build.test-helper.ts";
import { bodyOf, type Reply, type Widget, widgetIn } from "../call.test-helper.ts";
import { cells, crawlEnds } from "../document.test-helper.ts";
import {
  afterwards,
  type Layer,
  type Memory,
  onOperation,
  type Rewrite,
  refuse,
  rewriteWidget,
  writing,
} from "../layer.test-helper.ts";
import { lagging } from "../replica.test-helper.ts";
import { crawledAt } from "../site.test-helper.ts";

/** Longer than any read may lag behind. */
const tooLateMs = 10_000;

/** Bugs in how a widget comes to be, and becomes active. */
export const lifeMutants = [
  mutant({
    id: "create-wants-a-display-mode",
    rule: "CREATE-1",
    says: "A create without a display_mode is refused.",
    layer: () => refuse("createWidget", (call) => !("display_mode" in bodyOf(call))),
    shows: async (user) => (await user.create()).status === 400,
  }),
  mutant({
    id: "create-wants-plain-letters",
    rule: "CREATE-1",
    says: "A create with a name that is not ASCII is refused.",
    alsoBreaks: ["OBJ-3"],
    layer: () => refuse("createWidget", (call) => /[^\p{ASCII}]/u.test(String(bodyOf(call)["name"]))),
    shows: async (user) => (await user.create({ name: "Café" })).status === 400,
  }),
  mutant({
    id: "create-answers-without-an-id",
    rule: "CREATE-2",
    says: "The reply to a create holds the widget without its id.",
    alsoBreaks: ["OBJ-1", "OBJ-15"],
    layer: () => created(({ id, ...widget }) => widget),
    shows: async (user) => (await user.create()).body.id === undefined,
  }),
  mutant({
    id: "create-answers-a-slug",
    rule: "CREATE-2",
    says: "The reply to a create holds the name in small letters with hyphens.",
    alsoBreaks: ["OBJ-3"],
    layer: () => created((widget) => ({ ...widget, name: String(widget["name"]).toLowerCase().replaceAll(" ", "-") })),
    shows: async (user) => (await user.create()).body.name === "northwind",
  }),
  mutant({
    id: "create-answers-active",
    rule: "CREATE-3",
    says: "The reply to a create says active, though reads say draft.",
    alsoBreaks: ["LIFE-2", "LIFE-4"],
    layer: () => created((widget) => ({ ...widget, status: "active" })),
    shows: async (user) => {
      const { id, status } = (await user.create()).body;
      return status === "active" && (await user.get(id)).body.status === "draft";
    },
  }),
  mutant({
    id: "create-answers-crawling",
    rule: "CREATE-3",
    says: "The reply to a create says crawling.",
    layer: () => created((widget) => ({ ...widget, status: "crawling" })),
    shows: async (user) => (await user.create()).body.status === "crawling",
  }),
  mutant({
    id: "active-at-once",
    rule: "CREATE-3",
    says: "A widget is active from the first moment, while its site is being crawled.",
    alsoBreaks: ["LIFE-2", "UPDATE-7", "RECRAWL-1", "RECRAWL-3"],
    document: cells("createWidget", "new", { to: "active-recrawling" }),
    options: { dialect: { "A-EVENT-3": "every" } },
    shows: async (user) => (await user.create()).body.status === "active",
  }),
  mutant({
    id: "create-waits-for-the-crawl",
    rule: "CREATE-4",
    says: "The reply to a create comes when the crawl has ended.",
    options: { crawl: "30s" },
    layer: (memory) =>
      afterwards("createWidget", async (_, reply) => {
        const happened = () => memory.mock.clock.advance(500);
        const isOver = () => happened().some(({ widget }) => widget === widgetIn(reply)?.["id"]);
        for (let waited = 0; waited < 120_000 && !isOver(); waited += 500);
        return undefined;
      }),
    shows: async (user) => (await user.get((await user.create()).body.id)).body.status === "active",
  }),
  mutant({
    id: "create-crawls-nothing",
    rule: "CREATE-5",
    says: "A widget becomes active after a while, but nobody has crawled its site.",
    alsoBreaks: ["RECRAWL-1", "RECRAWL-3", "RECRAWL-4", "DELETE-2"],
    layer: () => crawledAt(".empty.test"),
    shows: async (user) => (await user.inspect((await user.active()).body.id)).pages.length === 0,
  }),
  mutant({
    id: "draft-is-not-found",
    rule: "CREATE-6",
    says: "A draft cannot be fetched before it is active.",
    alsoBreaks: ["GET-1", "PATH-1", "LIST-4"],
    layer: () => onOperation("getWidget", withoutDrafts),
    shows: async (user) => (await user.get((await user.create()).body.id)).status === 404,
  }),
  mutant({
    id: "draft-is-not-listed",
    rule: "CREATE-6",
    says: "The list leaves drafts out.",
    alsoBreaks: ["SCOPE-3", "LIST-3"],
    layer: () => onOperation("listWidgets", withoutDrafts),
    shows: async (user) => (await user.entry((await user.create()).body.id)) === undefined,
  }),
  mutant({
    id: "listed-late",
    rule: "CREATE-6",
    says: "A new widget is listed ten seconds after its creation.",
    alsoBreaks: ["SCOPE-3", "LIST-3", "LIFE-1"],
    layer: (memory) =>
      onOperation(
        "listWidgets",
        rewriteWidget((widget, call) => (ageOf(widget, memory.now(call)) < tooLateMs ? undefined : widget)),
      ),
    shows: async (user) => {
      const { id } = (await user.create()).body;
      user.wait(5000);
      return (await user.entry(id)) === undefined;
    },
  }),
  mutant({
    id: "get-lags-ten-seconds",
    rule: "GET-2",
    says: "A get shows what was true ten seconds ago; the list is up to date.",
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
    layer: lagging(tooLateMs, ["getWidget"]),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      user.wait(20_000);
      await user.update(id, { voice: "Aoede" });
      user.wait(5000);
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
];

function created(change: Rewrite): Layer {
  return onOperation("createWidget", rewriteWidget(change));
}

const withoutDrafts = rewriteWidget((widget) => (widget["status"] === "draft" ? undefined : widget));

function ageOf(widget: Widget, now: number): number {
  return now - Date.parse(String(widget["created_at"]));
}

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
