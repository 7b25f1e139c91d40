import type { Json } from "../../../spec/merge-patch.ts";
import { mutant } from "../build.test-helper.ts";
import { asked, isDone, part, type Reply, widgetIn, widgetPath } from "../call.test-helper.ts";
import { type Layer, onOperation, rewriteWidget } from "../layer.test-helper.ts";
import type { User } from "../user.test-helper.ts";

/** Bugs that only several operations one after the other bring out. */
export const sequenceMutants = [
  mutant({
    id: "pause-after-a-recrawl-does-nothing",
    rule: "PAUSE-1",
    says: "Once a recrawl has ended a pause is answered, and the widget stays active.",
    alsoBreaks: ["PAUSE-4"],
    layer: () => onceRecrawled("pauseWidget", (call, next) => next(asked(call, "GET", widgetPath(call.id)))),
    shows: async (user) => (await user.pause(await recrawled(user))).body.status === "active",
  }),
  mutant({
    id: "resume-after-a-recrawl-resets",
    rule: "PAUSE-7",
    says: "Once a recrawl has ended a resume puts the voice and the theme back to their defaults.",
    alsoBreaks: ["OBJ-7", "OBJ-9"],
    layer: () =>
      onceRecrawled("resumeWidget", async (call, next) => {
        const body = { voice: null, theme: null };
        const reply = await next(call);
        return isDone(reply) ? next(asked(call, "PATCH", widgetPath(call.id), body)) : reply;
      }),
    shows: async (user) => {
      const id = await recrawled(user);
      await user.update(id, { voice: "Kore" });
      await user.pause(id);
      return (await user.resume(id)).body.voice !== "Kore";
    },
  }),
  mutant({
    id: "resume-after-a-recrawl-makes-a-draft",
    rule: "PAUSE-2",
    says: "A widget that was ever recrawled is a draft once it is paused and resumed, and no member tells of crawls.",
    alsoBreaks: ["LIFE-4", "RECRAWL-2", "PAUSE-6"],
    options: { dialect: { "A-EXT-1": "omit" } },
    layer: () => {
      const [crawled, drafts] = [new Set<Json | undefined>(), new Set<Json | undefined>()];
      const layer = rewriteWidget((widget) => {
        const isDraft = drafts.has(widget["id"]) && widget["status"] === "active";
        return isDraft ? { ...widget, status: "draft" } : widget;
      });
      return (call, next) =>
        layer(call, async (inner) => {
          const reply = await next(inner);
          if (call.operation === "recrawlWidget" && isDone(reply)) crawled.add(call.id);
          if (call.operation === "resumeWidget" && isDone(reply) && crawled.has(call.id)) drafts.add(call.id);
          return reply;
        });
    },
    shows: async (user) => {
      const id = await recrawled(user);
      await user.pause(id);
      await user.resume(id);
      return (await user.get(id)).body.status === "draft";
    },
  }),
  mutant({
    id: "update-after-a-recrawl-is-lost",
    rule: "UPDATE-5",
    says: "Once a recrawl has ended and the widget was paused and resumed an update is answered, and nothing is written.",
    alsoBreaks: ["OBJ-3", "OBJ-7", "OBJ-8", "OBJ-12", "UPDATE-3", "UPDATE-4"],
    layer: () => {
      const resumed = new Set<string>();
      const noting = onceRecrawled("resumeWidget", async (call, next) => {
        const reply = await next(call);
        if (isDone(reply)) resumed.add(call.id);
        return reply;
      });
      return (call, next) =>
        call.operation === "updateWidget" && resumed.has(call.id)
          ? next(asked(call, "GET", widgetPath(call.id)))
          : noting(call, next);
    },
    shows: async (user) => {
      const id = await recrawled(user);
      await user.pause(id);
      await user.resume(id);
      return (await user.update(id, { voice: "Kore" })).body.voice !== "Kore";
    },
  }),
  mutant({
    id: "second-recrawl-makes-a-draft",
    rule: "RECRAWL-2",
    says: "A widget is shown as a draft while its site is recrawled for the second time.",
    alsoBreaks: ["LIFE-4"],
    layer: () => duringSecondRecrawl("draft"),
    shows: async (user) => {
      const id = await recrawled(user);
      return (await user.recrawl(id)).body.status === "draft";
    },
  }),
];

/** A widget whose recrawl has ended. */
async function recrawled(user: User): Promise<string> {
  const { id } = (await user.active()).body;
  await user.recrawl(id);
  user.wait(60_000);
  return id;
}

/** A layer for an operation on widgets whose last crawl is a recrawl that has ended. */
function onceRecrawled(operation: string, layer: Layer): Layer {
  return onOperation(operation, async (call, next) => {
    const last = crawlOf(await next(asked(call, "GET", widgetPath(call.id))));
    return last["trigger"] === "recrawl" && last["status"] !== "running" ? layer(call, next) : next(call);
  });
}

function crawlOf(reply: Reply): Readonly<Record<string, Json | undefined>> {
  return part(widgetIn(reply), "last_crawl");
}

/** Shows another status while a recrawl runs that is not the first. */
function duringSecondRecrawl(status: string): Layer {
  const started = new Map<Json | undefined, Set<Json | undefined>>();
  return rewriteWidget((widget) => {
    const last = part(widget, "last_crawl");
    if (last["trigger"] !== "recrawl") return widget;
    const times = started.get(widget["id"]) ?? new Set();
    started.set(widget["id"], times.add(last["started_at"]));
    return times.size > 1 && last["status"] === "running" ? { ...widget, status } : widget;
  });
}
