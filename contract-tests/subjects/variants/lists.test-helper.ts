import { isJsonObject, type Json, type JsonObject } from "../../../spec/merge-patch.ts";
import { variant } from "../build.test-helper.ts";
import { type Call, entriesOf, isDone, type Reply, type Widget } from "../call.test-helper.ts";
import { everyWidget } from "../everything.test-helper.ts";
import { entries, type Layer, onOperation, refusal, refuse } from "../layer.test-helper.ts";
import type { Probe } from "../subject.test-helper.ts";
import { widgets } from "../user.test-helper.ts";

/** A page, whatever it looks like. */
interface Page {
  readonly data: readonly Widget[];
  readonly cursor: string | undefined;
}

/** Lists that look otherwise, and walk otherwise. */
export const listVariants = [
  variant({
    id: "list-is-a-bare-array",
    rules: ["A-LIST-1"],
    says: "A page is an array, and a Link header leads to the next one.",
    layer: () => enveloped(({ data, cursor }, call) => ({ body: data, headers: linkTo(call, cursor) })),
    shows: page((body) => Array.isArray(body)),
  }),
  variant({
    id: "list-nests-its-cursor",
    rules: ["A-LIST-1"],
    says: "A page is `{items, paging: {cursors: {after}}}`.",
    layer: () =>
      enveloped(({ data, cursor }) => ({ body: { items: data, paging: { cursors: { after: cursor ?? null } } } })),
    shows: page((body) => Array.isArray(body.items)),
  }),
  variant({
    id: "list-is-a-connection",
    rules: ["A-LIST-1"],
    says: "A page is a connection of edges with nodes, as GraphQL has it.",
    layer: () =>
      enveloped(({ data, cursor = null }) => {
        const edges = data.map((node) => ({ cursor: `at_${node["id"]}`, node }));
        return { body: { widgets: { edges, pageInfo: { hasNextPage: cursor !== null, endCursor: cursor } } } };
      }),
    shows: page((body) => Array.isArray(body.widgets?.edges)),
  }),
  variant({
    id: "list-ends-with-an-empty-cursor",
    rules: ["A-LIST-1"],
    says: "On the last page next_cursor is an empty text.",
    layer: () => enveloped(({ data, cursor = "" }) => ({ body: { data, next_cursor: cursor } })),
    shows: page((body) => body.next_cursor === ""),
  }),
  variant({
    id: "list-says-no-cursor-at-the-end",
    rules: ["A-LIST-1"],
    says: "A page has `results` and `meta`, and the last page has no cursor at all.",
    layer: () =>
      enveloped(({ data, cursor }) => ({
        body: { results: data, meta: { count: data.length, ...(cursor === undefined ? {} : { next: cursor }) } },
      })),
    shows: page((body) => Array.isArray(body.results)),
  }),
  variant({
    id: "list-refuses-large-pages",
    rules: ["A-LIST-2"],
    says: "A page holds 25 widgets at most; a larger limit is answered 400.",
    layer: () => refuse("listWidgets", (call) => Number(call.query["limit"] ?? 0) > 25),
    shows: async (user) => (await user.ask("GET", `${widgets}?limit=26`)).status === 400,
  }),
  variant({
    id: "list-refuses-pages-above-32",
    rules: ["A-LIST-2"],
    says: "A page holds 32 widgets at most; a larger limit is answered 422.",
    layer: () => refuse("listWidgets", (call) => Number(call.query["limit"] ?? 0) > 32, refusal(422)),
    shows: async (user) => (await user.ask("GET", `${widgets}?limit=33`)).status === 422,
  }),
  variant({
    id: "list-is-whole-without-a-limit",
    rules: ["A-LIST-2"],
    says: "Without a limit a page holds every widget that there is.",
    layer: () =>
      onOperation("listWidgets", async (call, next) => {
        const reply = await next(call);
        if (call.query["limit"] !== undefined || !isDone(reply)) return reply;
        return { ...reply, body: { data: [...(await everyWidget(call, next))], has_more: false, next_cursor: null } };
      }),
    shows: async (user) => {
      for (let n = 0; n < 21; n++) await user.create();
      return (await user.ask("GET", widgets)).body.data.length === 21;
    },
  }),
  variant({
    id: "list-with-small-pages",
    rules: ["A-LIST-2"],
    says: "A page holds 3 widgets by default and 7 at most.",
    layer: () =>
      onOperation("listWidgets", (call, next) => {
        const limit = Math.min(7, Number(call.query["limit"] ?? 3));
        return next({ ...call, query: { ...call.query, limit: String(limit) } });
      }),
    shows: async (user) => {
      for (let n = 0; n < 5; n++) await user.create();
      return (await user.ask("GET", widgets)).body.data.length === 3;
    },
  }),
  ...summaries([
    [
      "are-summaries",
      "An entry of the list has no more than id, name, status and created_at.",
      (widget) => pick(widget, ["id", "name", "status", "created_at"]),
    ],
    ["are-ids-alone", "An entry of the list has an id, and nothing else.", (widget) => pick(widget, ["id"])],
    [
      "leave-parts-of-objects-out",
      "An entry of the list has of a theme its mode alone, and no long texts.",
      ({ persona: _, suggested_prompts: __, theme, ...widget }) => ({
        ...widget,
        theme: pick(theme as Widget, ["mode"]),
      }),
    ],
  ]),
  variant({
    id: "list-by-offset-in-another-order",
    rules: ["A-LIST-3", "A-LIST-4", "A-LIST-5"],
    says: "The list goes by id, and its cursors are offsets, which drift when widgets come and go.",
    layer: byOffset,
    shows: async (user) => {
      for (let n = 0; n < 5; n++) await user.create();
      const ids = (await user.walk(2)).map(({ id }) => id);
      return ids.length === 5 && ids.join() === ids.toSorted().join();
    },
  }),
  variant({
    id: "list-of-a-moment",
    rules: ["A-LIST-4"],
    says: "A walk shows the widgets that were there when it began; those deleted since are left out.",
    layer: ofMoments,
    shows: async (user) => {
      for (let n = 0; n < 4; n++) await user.create();
      const { body } = await user.ask("GET", `${widgets}?limit=2`);
      return String(body.next_cursor).startsWith("m");
    },
  }),
  variant({
    id: "garbled-cursor-is-page-one",
    rules: ["A-LIST-5"],
    says: "A garbled cursor gives the first page.",
    layer: () =>
      onOperation("listWidgets", async (call, next) => {
        const reply = await next(call);
        const { cursor, ...query } = call.query;
        return reply.status === 400 && cursor !== undefined ? next({ ...call, query }) : reply;
      }),
    shows: async (user) => (await user.ask("GET", `${widgets}?cursor=garbled`)).status === 200,
  }),
  variant({
    id: "garbled-cursor-is-not-found",
    rules: ["A-LIST-5"],
    says: "A garbled cursor is answered 404.",
    layer: () =>
      onOperation("listWidgets", async (call, next) => {
        const reply = await next(call);
        return reply.status === 400 && "cursor" in call.query ? refusal(404, "invalid_cursor") : reply;
      }),
    shows: async (user) => (await user.ask("GET", `${widgets}?cursor=garbled`)).status === 404,
  }),
];

function summaries(forms: readonly (readonly [id: string, says: string, form: (widget: Widget) => Widget])[]) {
  return forms.map(([id, says, form]) =>
    variant({
      id: `list-entries-${id}`,
      rules: ["A-LIST-7"],
      says,
      layer: () => entries(form),
      shows: page(
        ({ data: [entry] }) => JSON.stringify(form(entry)) === JSON.stringify(entry) && !("persona" in entry),
      ),
    }),
  );
}

function pick(widget: Widget, members: readonly string[]): Widget {
  return Object.fromEntries(Object.entries(widget).filter(([member]) => members.includes(member)));
}

function page(look: (body: ReturnType<typeof JSON.parse>) => boolean): Probe {
  return async (user) => {
    await user.create();
    return look((await user.ask("GET", widgets)).body);
  };
}

/** Sends pages in another envelope. */
function enveloped(
  change: (page: Page, call: Call) => { readonly body: Json; readonly headers?: Readonly<Record<string, string>> },
): Layer {
  return onOperation("listWidgets", async (call, next) => {
    const reply = await next(call);
    if (!isDone(reply)) return reply;
    const cursor = isJsonObject(reply.body) ? reply.body["next_cursor"] : undefined;
    const { body, headers } = change(
      { data: entriesOf(reply), cursor: typeof cursor === "string" ? cursor : undefined },
      call,
    );
    return { ...reply, body, headers: { ...reply.headers, ...headers } };
  });
}

function linkTo({ origin, path, query }: Call, cursor: string | undefined): Record<string, string> {
  if (cursor === undefined) return {};
  return { link: `<${origin}${path}?${new URLSearchParams({ ...query, cursor })}>; rel="next"` };
}

function sliceOf(all: readonly Widget[], start: number, { query }: Call, cursorOf: (end: number) => string): Reply {
  const limit = Math.min(100, Number(query["limit"] ?? 20));
  if (!Number.isInteger(start) || !Number.isInteger(limit) || limit < 1) return refusal(400);
  const end = start + limit;
  const hasMore = end < all.length;
  const body: JsonObject = {
    data: all.slice(start, end),
    has_more: hasMore,
    next_cursor: hasMore ? cursorOf(end) : null,
  };
  return { status: 200, headers: { "content-type": "application/json" }, body };
}

function ofMoments(): Layer {
  const moments: Json[][] = [];
  return onOperation("listWidgets", async (call, next) => {
    const all = await everyWidget(call, next);
    const [, moment, at] = /^m(\d+)_(\d+)$/.exec(call.query["cursor"] ?? "") ?? [];
    if ("cursor" in call.query && moment === undefined) return refusal(400, "invalid_cursor");
    const index = moment === undefined ? moments.push(all.map(({ id }) => id ?? null)) - 1 : Number(moment);
    const walked = (moments[index] ?? []).map((id) => all.find((widget) => widget["id"] === id) ?? { gone: true });
    const reply = sliceOf(walked, Number(at ?? 0), call, (end) => `m${index}_${end}`);
    const data = entriesOf(reply).filter((widget) => !("gone" in widget));
    return isDone(reply) ? { ...reply, body: { ...(reply.body as JsonObject), data } } : reply;
  });
}

/** Lists by id, with cursors that are offsets. */
export function byOffset(): Layer {
  return onOperation("listWidgets", async (call, next) => {
    const all = (await everyWidget(call, next)).toSorted((one, other) =>
      String(one["id"]) < String(other["id"]) ? -1 : 1,
    );
    const start = Number(call.query["cursor"]?.slice(1) ?? 0);
    return sliceOf(all, start, call, (end) => `o${end}`);
  });
}
