import { isJsonObject } from "../../../spec/merge-patch.ts";
import { variant } from "../build.test-helper.ts";
import { asked, isDone, part, type Reply, widgetIn, widgetPath } from "../call.test-helper.ts";
import { type Layer, type Memory, refusal, writing } from "../layer.test-helper.ts";
import { lagging } from "../replica.test-helper.ts";

/** What takes its time. */
export const timeVariants = [
  variant({
    id: "reads-lag",
    rules: ["A-TIME-1", "A-EVENT-4"],
    says: "Get and list show what was true a second and a half ago.",
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
    layer: lagging(1000, ["listWidgets"]),
    shows: async (user) => (await user.entry((await user.create()).body.id)) === undefined,
  }),
  ...crawls([
    ["short", "200ms", 300],
    ["long", "3m", 181_000],
    ["uneven", "1s-30s", 31_000],
  ]),
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
