import type { Json } from "../../../spec/merge-patch.ts";
import { mutant } from "../build.test-helper.ts";
import { asked, entriesOf, isDone, part, type Reply, widgetIn, widgetPath } from "../call.test-helper.ts";
import { cells, crawlEnds, shows as showing } from "../document.test-helper.ts";
import { afterwards, type Layer, type Memory, onOperation, rewriteWidget, stacked } from "../layer.test-helper.ts";
import { crawledAt } from "../site.test-helper.ts";
import type { Probe } from "../subject.test-helper.ts";
import { type User, widgets } from "../user.test-helper.ts";

/** Bugs in recrawling. */
export const recrawlingMutants = [
  mutant({
    id: "recrawl-crawls-nothing",
    rule: "RECRAWL-1",
    says: "A recrawl is answered, and nothing is crawled.",
    alsoBreaks: ["RECRAWL-4"],
    document: cells("recrawlWidget", ["active", "paused"], { to: null }),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      return (await user.recrawl(id)).body.last_crawl.trigger === "create";
    },
  }),
  mutant({
    id: "recrawl-is-refused",
    rule: "RECRAWL-1",
    says: "A recrawl of an active widget is refused.",
    alsoBreaks: ["RECRAWL-3", "RECRAWL-4"],
    document: cells("recrawlWidget", "active", { to: null, code: "invalid_state" }),
    shows: async (user) => (await user.recrawl((await user.active()).body.id)).status === 409,
  }),
  mutant({
    id: "only-one-recrawl",
    rule: "RECRAWL-1",
    says: "The second recrawl of a widget is answered, and nothing is crawled.",
    alsoBreaks: ["RECRAWL-4"],
    layer: () => {
      const recrawled = new Set<string>();
      return onOperation("recrawlWidget", async (call, next) => {
        const reply = await next(recrawled.has(call.id) ? asked(call, "GET", widgetPath(call.id)) : call);
        if (isDone(reply)) recrawled.add(call.id);
        return isDone(reply) ? { ...reply, status: 202 } : reply;
      });
    },
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.recrawl(id);
      user.wait(60_000);
      return (await user.recrawl(id)).body.last_crawl.status !== "running";
    },
  }),
  mutant({
    id: "recrawl-makes-a-draft",
    rule: "RECRAWL-2",
    says: "A widget is shown as a draft while its site is recrawled.",
    alsoBreaks: ["LIFE-4"],
    document: showing("active-recrawling", "draft"),
    shows: duringRecrawl((status) => status === "draft"),
  }),
  mutant({
    id: "recrawl-pauses",
    rule: "RECRAWL-2",
    says: "A widget is paused while its site is recrawled.",
    alsoBreaks: ["RECRAWL-5"],
    document: showing("active-recrawling", "paused"),
    shows: duringRecrawl((status) => status === "paused"),
  }),
  mutant({
    id: "recrawl-answers-draft",
    rule: "RECRAWL-2",
    says: "The reply to a recrawl says draft, though reads say active.",
    alsoBreaks: ["LIFE-4"],
    layer: () =>
      onOperation(
        "recrawlWidget",
        rewriteWidget((widget) => ({ ...widget, status: "draft" })),
      ),
    shows: async (user) => (await user.recrawl((await user.active()).body.id)).body.status === "draft",
  }),
  mutant({
    id: "recrawl-blinks-at-its-end",
    rule: "RECRAWL-2",
    says: "For five seconds after a recrawl has ended the widget is shown as a draft.",
    alsoBreaks: ["LIFE-4"],
    layer: (memory) =>
      rewriteWidget((widget, call) => {
        const { finished_at, trigger } = part(widget, "last_crawl");
        const isFresh = memory.now(call) - Date.parse(String(finished_at)) < 5000;
        return isFresh && trigger === "recrawl" && widget["status"] === "active"
          ? { ...widget, status: "draft" }
          : widget;
      }),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.recrawl(id);
      user.wait(3000);
      const { status } = (await user.get(id)).body;
      user.wait(60_000);
      return status === "draft" && (await user.get(id)).body.status === "active";
    },
  }),
  mutant({
    id: "recrawl-ends-as-a-draft",
    rule: "RECRAWL-2",
    says: "When a recrawl has finished the widget is a draft.",
    alsoBreaks: ["LIFE-4", "LIFE-1", "RECRAWL-4"],
    document: crawlEnds("active-recrawling", { to: "draft-failed" }),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.recrawl(id);
      user.wait(600_000);
      return (await user.get(id)).body.status === "draft";
    },
  }),
  mutant({
    id: "recrawl-ends-paused",
    rule: "RECRAWL-2",
    says: "When a recrawl has finished the widget is paused.",
    alsoBreaks: ["RECRAWL-4"],
    document: crawlEnds("active-recrawling", { to: "paused" }),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.recrawl(id);
      user.wait(60_000);
      return (await user.get(id)).body.status === "paused";
    },
  }),
  mutant({
    id: "recrawl-empties-the-index",
    rule: "RECRAWL-3",
    says: "While a recrawl runs visitors get answers from no page at all.",
    layer: () => emptiedIndex(),
    shows: async (user) => (await indexes(user)).during === "idx_0",
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
  mutant({
    id: "updates-during-a-recrawl-are-refused",
    rule: "UPDATE-1",
    says: "While a recrawl runs an active widget takes no update.",
    document: cells("updateWidget", "active-recrawling", { code: "crawl_in_progress" }),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.recrawl(id);
      return (await user.update(id, { voice: "Kore" })).status === 409;
    },
  }),
  mutant({
    id: "recrawl-knocks-neighbours-out",
    rule: "RECRAWL-7",
    says: "For two seconds after a recrawl the other widgets of the organization are shown as drafts.",
    alsoBreaks: ["LIFE-4", "PAUSE-2", "RECRAWL-2", "EVENT-3"],
    layer: (memory) => knockedOut(memory),
    shows: async (user) => {
      const other = (await user.active()).body.id;
      await user.recrawl((await user.active()).body.id);
      return (await user.get(other)).body.status === "draft";
    },
  }),
  mutant({
    id: "recrawl-pauses-a-neighbour",
    rule: "RECRAWL-7",
    says: "A recrawl pauses the newest other widget.",
    alsoBreaks: ["RECRAWL-2", "LIFE-4"],
    layer: () => neighbourAfterRecrawl((call) => ["POST", "/pause", undefined, call]),
    shows: touchesNeighbour("status"),
  }),
  mutant({
    id: "recrawl-renames-a-neighbour",
    rule: "RECRAWL-7",
    says: "A recrawl writes the site's title into the intro_title of the newest other widget.",
    alsoBreaks: ["UPDATE-2", "UPDATE-5", "PAUSE-7"],
    layer: () => neighbourAfterRecrawl((call) => ["PATCH", "", { intro_title: "Home" }, call]),
    shows: touchesNeighbour("intro_title"),
  }),
  mutant({
    id: "recrawl-is-for-the-site",
    rule: "RECRAWL-7",
    says: "A recrawl of one widget shows all others for the same site as drafts until it has finished.",
    alsoBreaks: ["LIFE-4", "RECRAWL-2", "PAUSE-2", "EVENT-3"],
    layer: () => draftsOfTheSite(),
    shows: async (user) => {
      const other = (await user.active()).body.id;
      const away = (await user.active({ site_url: "https://other.example" })).body.id;
      await user.recrawl((await user.active()).body.id);
      const [one, two] = [(await user.get(other)).body.status, (await user.get(away)).body.status];
      return one === "draft" && two === "active";
    },
  }),
];

function duringRecrawl(isWrong: (status: string) => boolean): Probe {
  return async (user) => {
    const { id } = (await user.active()).body;
    await user.recrawl(id);
    return isWrong((await user.get(id)).body.status);
  };
}

/** What visitors get before, during and after a recrawl of a site that has changed. */
async function indexes(user: User) {
  const { id } = (await user.active()).body;
  const index = async () => (await user.converse(id)).conversation.index as string;
  const before = await index();
  await user.changeSite();
  await user.recrawl(id);
  const during = await index();
  user.wait(60_000);
  const finished = (await user.get(id)).body.last_crawl.status as string;
  return { before, during, after: await index(), finished };
}

function touchesNeighbour(member: string): Probe {
  return async (user) => {
    const { id } = (await user.active()).body;
    const other = (await user.active()).body;
    await user.recrawl(id);
    return (await user.get(other.id)).body[member] !== other[member];
  };
}

/** Shows conversations that began during a recrawl as if there were no index. */
function emptiedIndex(): Layer {
  const recrawling = new Set<string>();
  const blind = new Set<string>();
  return async (call, next) => {
    if (call.operation === "startConversation" && recrawling.has(call.id)) {
      const reply = await next(call);
      if (isDone(reply)) blind.add(String(part({ started: reply.body ?? null }, "started")["id"]));
      return reply;
    }
    const reply = await next(call);
    const widget = widgetIn(reply);
    const { status, trigger } = part(widget, "last_crawl");
    if (widget && trigger === "recrawl" && status === "running") recrawling.add(String(widget["id"]));
    else if (widget) recrawling.delete(String(widget["id"]));
    const conversation = call.path.split("/")[7] ?? "";
    return blind.has(conversation) ? withoutIndex(reply) : reply;
  };
}

function withoutIndex(reply: Reply): Reply {
  const text = JSON.stringify(reply.body)
    .replaceAll(/"index":"idx_\d+"/g, '"index":"idx_0"')
    .replaceAll(/"text":"\[idx_\d+\][^"]*"/g, '"text":"[idx_0] There is no page to answer from."');
  return { ...reply, body: JSON.parse(text) };
}

/** Crawls twice: at once, so that the new content is there, and then for as long as a crawl takes. */
function earlyIndex(memory: Memory): Layer {
  return afterwards("recrawlWidget", async (call, reply, next) => {
    if (widgetIn(reply)?.["status"] !== "active") return undefined;
    memory.mock.world(memory.keyOf(call)).crawls.end("succeeded", call.id);
    return next(asked(call, "POST", call.path));
  });
}

/** A failed recrawl, told as one that has succeeded. */
function asSucceeded(crawl: ReturnType<typeof part>) {
  const isFailed = crawl["trigger"] === "recrawl" && crawl["status"] === "failed";
  return isFailed ? { last_crawl: { ...crawl, status: "succeeded", pages: 7, error: null } } : {};
}

function knockedOut(memory: Memory): Layer {
  const until = new Map<string, { readonly at: number; readonly id: string }>();
  const layer = rewriteWidget((widget, call) => {
    const recent = until.get(memory.keyOf(call));
    const isOut = recent && recent.id !== widget["id"] && memory.now(call) < recent.at;
    return isOut && widget["status"] === "active" ? { ...widget, status: "draft" } : widget;
  });
  return async (call, next) => {
    const reply = await layer(call, next);
    if (call.operation === "recrawlWidget" && isDone(reply)) {
      until.set(memory.keyOf(call), { at: memory.now(call) + 2000, id: call.id });
    }
    return reply;
  };
}

type NeighbourCall = readonly [method: string, action: string, body: Json | undefined, call: Parameters<Layer>[0]];

function neighbourAfterRecrawl(meant: (call: Parameters<Layer>[0]) => NeighbourCall): Layer {
  return afterwards("recrawlWidget", async (each, _, next) => {
    const others = entriesOf(await next(asked(each, "GET", widgets))).filter(({ id }) => id !== each.id);
    const newest = others.find(({ status }) => status === "active");
    const [method, action, body, call] = meant(each);
    if (newest) await next(asked(call, method, `${widgetPath(String(newest["id"]))}${action}`, body));
    return undefined;
  });
}

function draftsOfTheSite(): Layer {
  const siteOf = new Map<Json | undefined, Json | undefined>();
  const running = new Map<string, Json | undefined>();
  return async (call, next) => {
    for (const id of running.keys()) {
      const { status } = part(widgetIn(await next(asked(call, "GET", widgetPath(id)))), "last_crawl");
      if (status !== "running") running.delete(id);
    }
    const layer = rewriteWidget((widget) => {
      siteOf.set(widget["id"], widget["site_url"]);
      const isOut = [...running].some(([id, site]) => id !== widget["id"] && site === widget["site_url"]);
      return isOut && widget["status"] === "active" ? { ...widget, status: "draft" } : widget;
    });
    const reply = await layer(call, next);
    if (call.operation === "recrawlWidget" && isDone(reply)) running.set(call.id, siteOf.get(call.id));
    return reply;
  };
}
