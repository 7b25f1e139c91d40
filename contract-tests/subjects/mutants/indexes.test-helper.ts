import { isJsonObject, type Json } from "../../../spec/merge-patch.ts";
import { mutant } from "../build.test-helper.ts";
import { asked, isDone, part, type Reply, widgetIn, widgetPath } from "../call.test-helper.ts";
import { cells } from "../document.test-helper.ts";
import { afterwards, byOwner, type Layer, type Memory, rewriteWidget, stacked } from "../layer.test-helper.ts";
import { crawledAt } from "../site.test-helper.ts";
import type { User } from "../user.test-helper.ts";

/** Bugs in what visitors get during a recrawl and after it. */
export const indexMutants = [
  mutant({
    id: "recrawl-empties-the-index",
    rule: "RECRAWL-3",
    says: "While a recrawl runs visitors get answers from no page at all.",
    layer: (memory) => emptiedIndex(memory),
    shows: async (user) => {
      const { before, during, after } = await indexes(user);
      return during === "idx_0" && before !== after && after !== during;
    },
  }),
  mutant({
    id: "index-is-emptied-before-the-end",
    rule: "RECRAWL-3",
    says: "From a second after a recrawl has begun until it ends visitors get answers from no page at all.",
    layer: (memory) => emptiedIndex(memory, 1000),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.recrawl(id);
      const before = (await user.converse(id)).conversation.index;
      user.wait(1500);
      return before !== "idx_0" && (await user.converse(id)).conversation.index === "idx_0";
    },
  }),
  mutant({
    id: "quick-recrawl-empties-the-index",
    rule: "RECRAWL-3",
    says: "A crawl takes a fifth of a second, and while a recrawl runs visitors get answers from no page at all.",
    options: { crawl: "200ms" },
    layer: (memory) => emptiedIndex(memory),
    shows: async (user) => {
      const { before, during, after } = await indexes(user);
      const isQuick = user.subject.mock.crawls.get().mode === "200ms";
      return isQuick && during === "idx_0" && before !== after && after !== during;
    },
  }),
  mutant({
    id: "quick-recrawl-shows-half-an-index",
    rule: "RECRAWL-3",
    says: "A crawl takes a fifth of a second, and while a recrawl runs visitors get answers from half of the new pages.",
    options: { crawl: "200ms" },
    layer: (memory) => halfIndex(memory),
    shows: async (user) => {
      const { before, during, after } = await indexes(user);
      return during.endsWith("_half") && before !== after && after !== during;
    },
  }),
  mutant({
    id: "new-index-too-early",
    rule: "RECRAWL-3",
    says: "Visitors get the new content from the beginning of a recrawl on, long before it has finished.",
    layer: (memory) => earlyIndex(memory),
    shows: async (user) => {
      const { before, during } = await indexes(user);
      return during !== before && during !== "idx_0";
    },
  }),
  mutant({
    id: "old-index-for-ever",
    rule: "RECRAWL-4",
    says: "A recrawl runs and finishes, and visitors go on getting the old content.",
    document: {
      "x-lifecycle": {
        crawl: {
          fails: {
            "active-recrawling": { event: "widget.recrawled" },
            "paused-recrawling": { event: "widget.recrawled" },
          },
        },
      },
    },
    layer: stacked(
      () => rewriteWidget((widget) => ({ ...widget, ...asSucceeded(part(widget, "last_crawl")) })),
      () => crawledAt(".recrawl-fail.test"),
    ),
    shows: async (user) => {
      const { before, after, finished } = await indexes(user);
      return before === after && finished === "succeeded";
    },
  }),
  mutant({
    id: "recrawl-refuses-conversations",
    rule: "RECRAWL-5",
    says: "While a recrawl runs no conversation starts.",
    document: cells("startConversation", "active-recrawling", { code: "widget_not_ready" }),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.recrawl(id);
      return (await user.converse(id)).started === 409;
    },
  }),
];

/** What visitors get before, during and after a recrawl of a site that has changed. */
async function indexes(user: User) {
  const { id } = (await user.active()).body;
  const index = async () => (await user.converse(id)).conversation.index as string;
  const before = await index();
  await user.changeSite();
  await user.recrawl(id);
  const during = await index();
  user.wait(60_000);
  const after = await index();
  const finished = (await user.get(id)).body.last_crawl.status as string;
  return { before, during, after, finished };
}

/** Shows conversations that began during a recrawl, and what is there behind the API, as if there were no index. */
function emptiedIndex(memory: Memory, afterMs = 0): Layer {
  return duringRecrawls(memory, { afterMs, talk: withoutIndex, pages: () => [] });
}

/** Shows conversations that began during a recrawl, and what is there behind the API, as if half of the crawl were all. */
function halfIndex(memory: Memory): Layer {
  const half = (pages: Json) => (Array.isArray(pages) ? pages.slice(0, Math.ceil(pages.length / 2)) : pages);
  return duringRecrawls(memory, { afterMs: 0, talk: withHalfIndex, pages: half });
}

interface Unfinished {
  /** From how long after its beginning on. */
  readonly afterMs: number;
  /** What becomes of an answer in a conversation. */
  readonly talk: (reply: Reply) => Reply;
  /** What becomes of the pages that are there behind the API. */
  readonly pages: (pages: Json) => Json;
}

/** Shows conversations that began during a recrawl, and what is there behind the API, otherwise. */
function duringRecrawls(memory: Memory, { afterMs, talk, pages }: Unfinished): Layer {
  const changed = new Set<string>();
  return async (call, next) => {
    const inspected = /^\/_mock\/widgets\/([^/]+)$/.exec(call.path)?.[1];
    const id = call.operation === "startConversation" ? call.id : inspected;
    const looked = id === undefined ? undefined : await next(byOwner(memory, call, "GET", widgetPath(id)));
    const { status, trigger, started_at: began } = part(looked && widgetIn(looked), "last_crawl");
    const age = memory.now(call) - Date.parse(String(began));
    const isRecrawling = status === "running" && trigger === "recrawl" && age >= afterMs;
    const reply = await next(call);
    const body = isJsonObject(reply.body) ? reply.body : {};
    if (isRecrawling && inspected !== undefined && isDone(reply)) {
      return { ...reply, body: { ...body, pages: pages(body["pages"] ?? []) } };
    }
    if (isRecrawling && isDone(reply)) changed.add(String(body["id"]));
    return changed.has(call.path.split("/")[7] ?? "") ? talk(reply) : reply;
  };
}

export function withoutIndex(reply: Reply): Reply {
  const text = JSON.stringify(reply.body)
    .replaceAll(/"index":"idx_\d+"/g, '"index":"idx_0"')
    .replaceAll(/"text":"\[idx_\d+\][^"]*"/g, '"text":"[idx_0] There is no page to answer from."');
  return { ...reply, body: JSON.parse(text) };
}

function withHalfIndex(reply: Reply): Reply {
  return { ...reply, body: JSON.parse(JSON.stringify(reply.body).replaceAll(/\bidx_\d+/g, "idx_half")) };
}

/** Crawls twice: at once, so that the new content is there, and then for as long as a crawl takes. */
function earlyIndex(memory: Memory): Layer {
  return afterwards("recrawlWidget", async (call, reply, next) => {
    if (widgetIn(reply)?.["status"] !== "active") return undefined;
    memory.mock.world(memory.keyOf(call)).widgets.endCrawl({ id: call.id, outcome: "succeeded" });
    return next(asked(call, "POST", call.path));
  });
}

/** A failed recrawl, told as one that has succeeded. */
function asSucceeded(crawl: ReturnType<typeof part>) {
  const isFailed = crawl["trigger"] === "recrawl" && crawl["status"] === "failed";
  return isFailed ? { last_crawl: { ...crawl, status: "succeeded", pages: 7, error: null } } : {};
}
