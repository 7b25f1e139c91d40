import type { RuleId } from "../../../spec/generated/rules.ts";
import { isJsonObject, type Json, type JsonObject } from "../../../spec/merge-patch.ts";
import { mutant } from "../build.test-helper.ts";
import { asked, type Call, entriesOf, isDone, part, type Reply, type Widget, widgetIn } from "../call.test-helper.ts";
import { cascade, cells } from "../document.test-helper.ts";
import { type Layer, type Memory, onOperation } from "../layer.test-helper.ts";
import { afterDelete } from "../probes.test-helper.ts";
import type { User } from "../user.test-helper.ts";

const live = ["draft-crawling", "draft-failed", "active", "active-recrawling", "paused", "paused-recrawling"];

const all: readonly RuleId[] = ["DELETE-2", "DELETE-3", "DELETE-4", "DELETE-5", "DELETE-9"];

/** Bugs in whether a deleted widget is gone, and what goes with it. */
export const deletingMutants = [
  mutant({
    id: "delete-does-nothing",
    rule: "DELETE-1",
    says: "A delete is answered, and nothing happens.",
    alsoBreaks: [...all, "DELETE-6"],
    document: cells("deleteWidget", live, { to: null }),
    shows: afterDelete(
      async (user, id) => (await user.get(id)).body.status === "active" && !(await isUpdatable(user, id)),
    ),
  }),
  mutant({
    id: "paused-is-not-deleted",
    rule: "DELETE-1",
    says: "A delete of a paused widget is answered, and nothing happens.",
    alsoBreaks: [...all, "DELETE-6"],
    document: cells("deleteWidget", ["paused", "paused-recrawling"], { to: null }),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.pause(id);
      await user.delete(id);
      return (await user.get(id)).status === 200;
    },
  }),
  mutant({
    id: "deleted-is-still-fetched",
    rule: "DELETE-1",
    says: "A deleted widget can be fetched as it was.",
    alsoBreaks: ["DELETE-6"],
    layer: () => ghosts(["getWidget"]),
    shows: afterDelete(async (user, id) => (await user.get(id)).body?.status === "active"),
  }),
  mutant({
    id: "deleted-is-archived",
    rule: "DELETE-1",
    says: "A deleted widget can be fetched with the status deleted.",
    alsoBreaks: ["DELETE-6"],
    layer: () => ghosts(["getWidget"], { status: "deleted" }),
    shows: afterDelete(async (user, id) => (await user.get(id)).body?.status === "deleted"),
  }),
  mutant({
    id: "deleted-is-still-listed",
    rule: "DELETE-1",
    says: "A deleted widget stays at the end of the list.",
    alsoBreaks: ["LIST-1", "LIST-4", "DELETE-6"],
    layer: () => ghosts(["listWidgets"]),
    shows: afterDelete(async (user, id) => (await user.entry(id)) !== undefined),
  }),
  mutant({
    id: "deleted-draft-comes-back",
    rule: "DELETE-1",
    says: "A widget that is deleted while its site is crawled is there again five seconds later, when the crawl has ended.",
    alsoBreaks: ["DELETE-6", "LIST-1"],
    layer: (memory) => comingBack(memory),
    shows: async (user) => {
      const { id } = (await user.create()).body;
      await user.delete(id);
      const { status } = await user.get(id);
      user.wait(6000);
      return status === 404 && (await user.get(id)).body?.status === "active" && (await user.entry(id)) !== undefined;
    },
  }),
  ...leftovers([
    ["pages", "DELETE-2", "crawled pages"],
    ["conversations", "DELETE-3", "conversations"],
    ["domains", "DELETE-4", "allowlist"],
    ["tools", "DELETE-5", "tool definitions"],
  ]),
  mutant({
    id: "conversations-stay-readable",
    rule: "DELETE-3",
    says: "Visitors go on reading their conversations with a deleted widget.",
    layer: readableConversations,
    shows: async (user) => {
      const { id } = (await user.active()).body;
      const path = `/api/v1/public/widgets/${id}/conversations`;
      const { body } = await user.as("").ask("POST", path);
      const headers = { authorization: `Bearer ${body.token}` };
      await user.as("").ask("GET", `${path}/${body.id}`, undefined, headers);
      await user.delete(id);
      return (await user.as("").ask("GET", `${path}/${body.id}`, undefined, headers)).status === 200;
    },
  }),
  ...["pages", "conversations", "tools", "domains", "usage_records"].map((taken) =>
    mutant({
      id: `delete-takes-the-${taken.replace("_", "-")}-of-the-site`,
      rule: "DELETE-8",
      says: `A delete takes the ${taken.replace("_", " ")} of every widget of its site.`,
      layer: () => takingPart(taken),
      shows: async (user) => {
        const [one, two] = [(await user.active()).body.id, (await user.active()).body.id];
        await user.converse(two);
        const { length } = (await user.inspect(two))[taken];
        await user.delete(one);
        return length > 0 && (await user.inspect(two))[taken].length === 0;
      },
    }),
  ),
  mutant({
    id: "pages-of-a-paused-one-are-left",
    rule: "DELETE-2",
    says: "A delete of a paused widget leaves the crawled pages.",
    layer: () => keptPages(),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.pause(id);
      await user.delete(id);
      return (await user.inspect(id)).pages.length > 0;
    },
  }),
  mutant({
    id: "crawl-leaves-its-pages",
    rule: "DELETE-2",
    says: "A crawl that runs when its widget is deleted leaves its pages four seconds later.",
    layer: (memory) => pagesOfLateCrawls(memory),
    shows: async (user) => {
      const { id } = (await user.create()).body;
      await user.delete(id);
      const { length } = (await user.inspect(id)).pages;
      user.wait(5000);
      return length === 0 && (await user.inspect(id)).pages.length === 1;
    },
  }),
  mutant({
    id: "usage-goes-too",
    rule: "DELETE-7",
    says: "A delete takes the usage records.",
    document: cascade({ usage_records: "DELETE-7" }),
    shows: afterDelete(async (user, id) => (await user.inspect(id)).usage_records.length === 0),
  }),
  mutant({
    id: "deleted-starts-conversations",
    rule: "DELETE-9",
    says: "A conversation starts on a deleted widget.",
    layer: () => startingOnDeleted(),
    shows: afterDelete(async (user, id) => (await user.converse(id)).started === 201),
  }),
];

/** One mutant for each part of a widget that a delete leaves. */
function leftovers(parts: readonly (readonly [part: string, rule: RuleId, name: string])[]) {
  return parts.map(([left, rule, name]) =>
    mutant({
      id: `${left}-are-left`,
      rule,
      says: `A delete leaves the ${name}.`,
      document: cascade({ [left]: null }),
      shows: afterDelete(async (user, id) => (await user.inspect(id))[left].length > 0),
    }),
  );
}

async function isUpdatable(user: User, id: string): Promise<boolean> {
  return (await user.update(id, { voice: "Kore" })).status >= 300;
}

/** Shows deleted widgets as they were, in some reads. */
function ghosts(
  reads: readonly string[],
  change: Widget = {},
  isShown: (widget: Widget, call: Call) => boolean = () => true,
): Layer {
  const deleted = new Map<string, { readonly key: string | undefined; readonly widget: Widget }>();
  return async (call, next) => {
    const key = call.headers["authorization"];
    if (call.operation === "deleteWidget") {
      const widget = widgetIn(await next(asked(call, "GET", call.path)));
      const reply = await next(call);
      if (widget && isDone(reply)) deleted.set(call.id, { key, widget: { ...widget, ...change } });
      return reply;
    }
    const reply = await next(call);
    if (!reads.includes(call.operation ?? "")) return reply;
    const mine = [...deleted.values()].filter((ghost) => ghost.key === key && isShown(ghost.widget, call));
    const own = mine.map(({ widget }) => widget);
    return call.operation === "listWidgets" ? withGhosts(reply, own) : (asFound(own, call) ?? reply);
  };
}

/** Shows widgets that were deleted during a crawl again, from five seconds later on. */
function comingBack(memory: Memory): Layer {
  const deletedAt = new Map<string, number>();
  const isCrawled = ({ last_crawl: crawl = null }: Widget) => isJsonObject(crawl) && crawl["status"] === "running";
  const noting = onOperation("deleteWidget", async (call, next) => {
    const widget = widgetIn(await next(asked(call, "GET", call.path)));
    if (widget && isCrawled(widget)) deletedAt.set(call.id, memory.now(call));
    return next(call);
  });
  const isBack = ({ id }: Widget, call: Call) => memory.now(call) - (deletedAt.get(String(id)) ?? Infinity) >= 5000;
  const showing = ghosts(["getWidget", "listWidgets"], { status: "active" }, isBack);
  return (call, next) => showing(call, (inner) => noting(inner, next));
}

function withGhosts(reply: Reply, deleted: readonly Widget[]): Reply {
  if (!isJsonObject(reply.body) || reply.body["next_cursor"] !== null) return reply;
  return { ...reply, body: { ...reply.body, data: [...entriesOf(reply), ...deleted] } };
}

function asFound(deleted: readonly Widget[], { id }: Call): Reply | undefined {
  const widget = deleted.find((one) => one["id"] === id);
  return widget && { status: 200, headers: {}, body: widget };
}

/** Shows the pages of widgets that were deleted while they were paused, as they were. */
function keptPages(): Layer {
  const kept = new Map<string, Json>();
  return async (call, next) => {
    const inspect = async (id: string) => bodyIn(await next(asked(call, "GET", `/_mock/widgets/${id}`)));
    if (call.operation === "deleteWidget") {
      const { status } = widgetIn(await next(asked(call, "GET", call.path))) ?? {};
      if (status === "paused") kept.set(call.id, (await inspect(call.id))["pages"] ?? []);
    }
    const reply = await next(call);
    const pages = kept.get(/^\/_mock\/widgets\/([^/]+)$/.exec(call.path)?.[1] ?? "");
    return pages === undefined ? reply : { ...reply, body: { ...bodyIn(reply), pages } };
  };
}

/** Shows a page of widgets that were deleted during a crawl, from a while after that on. */
function pagesOfLateCrawls(memory: Memory): Layer {
  const deletedAt = new Map<string, number>();
  return async (call, next) => {
    if (call.operation === "deleteWidget") {
      const { status } = part(widgetIn(await next(asked(call, "GET", call.path))), "last_crawl");
      if (status === "running") deletedAt.set(call.id, memory.now(call));
    }
    const reply = await next(call);
    const at = deletedAt.get(/^\/_mock\/widgets\/([^/]+)$/.exec(call.path)?.[1] ?? "");
    const isLate = at !== undefined && memory.now(call) >= at + 4000;
    return isLate ? { ...reply, body: { ...bodyIn(reply), pages: [{ url: "https://late.example" }] } } : reply;
  };
}

function bodyIn({ body = null }: Reply): JsonObject {
  return isJsonObject(body) ? body : {};
}

function startingOnDeleted(): Layer {
  const deleted = new Set<string>();
  return async (call, next) => {
    const reply = await next(call);
    if (call.operation === "deleteWidget" && isDone(reply)) deleted.add(call.id);
    if (call.operation !== "startConversation" || !deleted.has(call.id)) return reply;
    const { code } = part({ problem: reply.body ?? null }, "problem");
    const id = `cnv_${call.id.slice(4)}`;
    const body = { id, token: `cvt_${call.id.slice(4)}`, expires_at: "2100-01-01T00:00:00Z" };
    return code === undefined ? reply : { status: 201, headers: {}, body };
  };
}

/** Reads conversations as they were last read, where there are none any more. */
function readableConversations(): Layer {
  const read = new Map<string, Reply>();
  return onOperation("getConversation", async (call, next) => {
    const reply = await next(call);
    if (isDone(reply)) read.set(call.path, reply);
    return reply.status === 404 ? (read.get(call.path) ?? reply) : reply;
  });
}

/** Shows nothing of a part of a widget once another one of its site was deleted. */
function takingPart(taken: string): Layer {
  const sites = new Map<string, Json | undefined>();
  const emptied = new Set<Json | undefined>();
  return async (call, next) => {
    const reply = await next(call);
    const widget = call.operation === "createWidget" ? widgetIn(reply) : undefined;
    if (widget) sites.set(String(widget["id"]), widget["site_url"]);
    if (call.operation === "deleteWidget" && isDone(reply)) emptied.add(sites.get(call.id));
    const inspected = /^\/_mock\/widgets\/([^/]+)$/.exec(call.path)?.[1];
    const isEmptied = inspected !== undefined && emptied.has(sites.get(inspected));
    return isEmptied && isDone(reply) ? { ...reply, body: { ...bodyIn(reply), [taken]: [] } } : reply;
  };
}
