import { isJsonObject, type Json } from "../../../spec/merge-patch.ts";
import { mutant } from "../build.test-helper.ts";
import { type Call, entriesOf, type Reply, type Widget } from "../call.test-helper.ts";
import { entries, type Layer, listing, refuse } from "../layer.test-helper.ts";
import type { Probe } from "../subject.test-helper.ts";
import { type User, widgets } from "../user.test-helper.ts";

/** Bugs in how widgets are listed, page by page. */
export const listMutants = [
  mutant({
    id: "list-ends-after-a-page-without-a-limit",
    rule: "SCOPE-3",
    says: "Without a limit the list ends after twenty widgets.",
    layer: () =>
      listing(async (call, next) => {
        const reply = await next(call);
        if (call.query["limit"] !== undefined || !isJsonObject(reply.body)) return reply;
        return { ...reply, body: { ...reply.body, has_more: false, next_cursor: null } };
      }),
    shows: async (user) => {
      await createMany(user, 21);
      return (await user.ask("GET", widgets)).body.next_cursor === null;
    },
  }),
  mutant({
    id: "limit-is-ignored",
    rule: "LIST-1",
    says: "A page holds as many widgets as the server likes, whatever the limit.",
    layer: () => listing(async (call, next) => next(queried(call, { limit: "100" }))),
    shows: async (user) => (await pageOf(user, 5, 2)).length === 5,
  }),
  mutant({
    id: "limit-is-one-too-many",
    rule: "LIST-1",
    says: "A page holds one widget more than the limit.",
    layer: () => listing(async (call, next) => next(queried(call, { limit: String(limitOf(call) + 1) }))),
    shows: async (user) => (await pageOf(user, 5, 2)).length === 3,
  }),
  mutant({
    id: "limit-of-one-is-ignored",
    rule: "LIST-1",
    says: "A limit of one is taken for none.",
    layer: () => listing((call, next) => next(limitOf(call) === 1 ? queried(call, { limit: "100" }) : call)),
    shows: async (user) => (await pageOf(user, 5, 1)).length === 5,
  }),
  mutant({
    id: "limit-is-forgotten-on-later-pages",
    rule: "LIST-1",
    says: "With a cursor the limit is ignored.",
    layer: () => listing(async (call, next) => next(isLater(call) ? queried(call, { limit: "100" }) : call)),
    shows: async (user) => {
      await createMany(user, 5);
      const first = await user.ask("GET", `${widgets}?limit=2`);
      return (await user.ask("GET", `${widgets}?limit=2&cursor=${first.body.next_cursor}`)).body.data.length > 2;
    },
  }),
  mutant({
    id: "cursor-is-ignored",
    rule: "LIST-2",
    says: "Every page is the first one.",
    alsoBreaks: ["LIST-3", "SCOPE-3"],
    layer: () => listing(async (call, next) => next(withoutCursor(call))),
    shows: async (user) => (await pageOf(user, 3, 2, "next")) === (await pageOf(user, 0, 2))[0].id,
  }),
  mutant({
    id: "cursor-is-refused",
    rule: "LIST-2",
    says: "The list refuses the cursors that it gives.",
    alsoBreaks: ["LIST-3", "SCOPE-3"],
    layer: () =>
      listing(async (call, next) => next(isLater(call) ? queried(call, { cursor: `${call.query["cursor"]}x` }) : call)),
    shows: async (user) => (await pageOf(user, 3, 1, "next")) === undefined,
  }),
  mutant({
    id: "there-is-no-cursor",
    rule: "LIST-2",
    says: "A page never tells how to go on, though more widgets follow.",
    alsoBreaks: ["LIST-3", "SCOPE-3"],
    layer: () => listing(async (call, next) => enveloped(await next(call), { next_cursor: null })),
    shows: async (user) => {
      await createMany(user, 3);
      const { has_more: hasMore, next_cursor: cursor } = (await user.ask("GET", `${widgets}?limit=2`)).body;
      return hasMore && cursor === null;
    },
  }),
  mutant({
    id: "limit-of-one-stands-still",
    rule: "LIST-2",
    says: "With a limit of one a cursor leads to the same page again.",
    layer: standingStill,
    shows: async (user) => {
      await createMany(user, 3);
      const first = (await user.ask("GET", `${widgets}?limit=1`)).body;
      const second = (await user.ask("GET", `${widgets}?limit=1&cursor=${first.next_cursor}`)).body;
      return first.data[0].id === second.data[0].id;
    },
  }),
  mutant({
    id: "limit-of-one-ends-at-its-second-page",
    rule: "LIST-2",
    says: "With a limit of one every page but the first gives the cursor that it was asked for.",
    layer: () =>
      listing(async (call, next) => {
        const reply = await next(call);
        const { cursor = null } = call.query;
        return isLater(call) && limitOf(call) === 1 ? enveloped(reply, { next_cursor: cursor }) : reply;
      }),
    shows: async (user) => {
      await createMany(user, 3);
      const { next_cursor: cursor } = (await user.ask("GET", `${widgets}?limit=1`)).body;
      return (await user.ask("GET", `${widgets}?limit=1&cursor=${cursor}`)).body.next_cursor === cursor;
    },
  }),
  mutant({
    id: "list-has-no-end",
    rule: "LIST-2",
    says: "The last page leads to an empty one, and that to another, without end.",
    layer: listWithoutEnd,
    shows: async (user) => {
      await user.create();
      const { next_cursor: cursor } = (await user.ask("GET", `${widgets}?limit=50`)).body;
      const after = (await user.ask("GET", `${widgets}?limit=50&cursor=${cursor}`)).body;
      return after.data?.length === 0 && after.next_cursor !== null && after.next_cursor !== cursor;
    },
  }),
  mutant({
    id: "limit-of-two-loses-one-between",
    rule: "LIST-3",
    says: "With a limit of two the first widget of every page but the first is lost.",
    alsoBreaks: ["SCOPE-3"],
    layer: () =>
      listing(async (call, next) =>
        sliced(await next(call), (data) => (isLater(call) && limitOf(call) === 2 ? data.slice(1) : data)),
      ),
    shows: missesSome(2),
  }),
  mutant({
    id: "exact-limit-loses-one",
    rule: "SCOPE-3",
    says: "Where the limit is the number of widgets the last one is not listed.",
    alsoBreaks: ["LIST-3"],
    layer: () =>
      listing(async (call, next) => {
        const reply = await next(call);
        const isExact = !isLater(call) && cursorIn(reply) === undefined && entriesOf(reply).length === limitOf(call);
        return isExact ? sliced(reply, (data) => data.slice(0, -1)) : reply;
      }),
    shows: async (user) => {
      const apart = user.as("sk_test_apart");
      await createMany(apart, 3);
      return (await apart.walk(3)).length === 2 && (await apart.walk(4)).length === 3;
    },
  }),
  mutant({
    id: "every-page-repeats-its-anchor",
    rule: "LIST-3",
    says: "Pages begin with the last widget of the page before, so that those of one stand still.",
    layer: anchored,
    shows: async (user) => {
      const apart = user.as("sk_test_apart");
      await createMany(apart, 5);
      return (await apart.walk(3)).length === 6;
    },
  }),
  mutant({
    id: "largest-page-repeats-its-anchor",
    rule: "LIST-3",
    says: "A limit above 30 is refused, and pages of 30 begin with the last widget of the page before.",
    layer: () => {
      const refusing = refuse("listWidgets", (call) => limitOf(call) > 30);
      const repeating = doubling((limit) => limit === 30);
      return (call, next) => refusing(call, (inner) => repeating(inner, next));
    },
    shows: async (user) => {
      const apart = user.as("sk_test_apart");
      await createMany(apart, 32);
      return (await apart.walk(30)).length === 33 && (await apart.walk(29)).length === 32;
    },
  }),
  mutant({
    id: "largest-page-holds-one-more",
    rule: "LIST-1",
    says: "A page holds 25 widgets at most, and 26 where 25 are asked for.",
    layer: () =>
      listing(async (call, next) =>
        next(queried(call, { limit: String(limitOf(call) === 25 ? 26 : Math.min(limitOf(call), 25)) })),
      ),
    shows: async (user) => (await pageOf(user, 27, 25)).length === 26,
  }),
  mutant({
    id: "pages-lose-one-between",
    rule: "LIST-3",
    says: "The first widget of every page but the first is lost.",
    alsoBreaks: ["SCOPE-3"],
    layer: () =>
      listing(async (call, next) => sliced(await next(call), (data) => (isLater(call) ? data.slice(1) : data))),
    shows: missesSome(2),
  }),
  mutant({
    id: "pages-double-one-between",
    rule: "LIST-3",
    says: "The last widget of a page is the first of the next one again.",
    layer: () => doubling((limit) => limit > 1),
    shows: async (user) => {
      await createMany(user, 6);
      return new Set((await user.walk(2)).map(({ id }) => id)).size < (await user.walk(2)).length;
    },
  }),
  mutant({
    id: "third-page-is-skipped",
    rule: "LIST-3",
    says: "The third page of a walk is the fourth.",
    alsoBreaks: ["SCOPE-3"],
    layer: skippingThirdPage,
    shows: async (user) => {
      await createMany(user, 8);
      return (await user.walk(2)).map(({ name }) => name.slice(-1)).join("") === "765410";
    },
  }),
  mutant({
    id: "full-last-page-is-lost",
    rule: "LIST-3",
    says: "Where the last page is exactly full the walk ends a page early.",
    alsoBreaks: ["SCOPE-3"],
    layer: () => losingLastPage((count, limit) => count === limit),
    shows: missesSome(3, 6),
  }),
  mutant({
    id: "single-last-page-is-lost",
    rule: "LIST-3",
    says: "Where the last page holds one widget the walk ends a page early.",
    alsoBreaks: ["SCOPE-3"],
    layer: () => losingLastPage((count, limit) => count === 1 && limit > 1),
    shows: missesSome(3, 7),
  }),
  mutant({
    id: "walks-end-after-three-pages",
    rule: "LIST-3",
    says: "A walk ends after its third page, whatever follows.",
    alsoBreaks: ["LIST-2", "SCOPE-3"],
    layer: endingAfterThreePages,
    shows: missesSome(1, 5),
  }),
  mutant({
    id: "paused-is-not-listed",
    rule: "SCOPE-3",
    says: "The list leaves paused widgets out.",
    alsoBreaks: ["PAUSE-1", "LIST-3"],
    layer: () => entries((widget) => (widget["status"] === "paused" ? undefined : widget)),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.pause(id);
      return (await user.entry(id)) === undefined;
    },
  }),
  mutant({
    id: "recrawling-is-not-listed",
    rule: "SCOPE-3",
    says: "The list leaves a widget out while its site is recrawled.",
    alsoBreaks: ["RECRAWL-2", "LIST-3"],
    layer: () => entries((widget) => (isRecrawling(widget) ? undefined : widget)),
    shows: async (user) => {
      const { id } = (await user.active()).body;
      await user.recrawl(id);
      return (await user.entry(id)) === undefined;
    },
  }),
  mutant({
    id: "namesakes-are-listed-once",
    rule: "SCOPE-3",
    says: "Of widgets with equal names on a page only the first is listed.",
    alsoBreaks: ["LIST-3", "CREATE-6", "DELETE-8"],
    layer: () =>
      listing(async (call, next) =>
        sliced(await next(call), (data) =>
          [...new Map(data.toReversed().map((one) => [one["name"], one])).values()].reverse(),
        ),
      ),
    shows: async (user) => {
      await user.create();
      await user.create();
      return (await user.walk()).length === 1;
    },
  }),
];

function queried(call: Call, query: Readonly<Record<string, string>>): Call {
  return { ...call, query: { ...call.query, ...query } };
}

function withoutCursor(call: Call): Call {
  const { cursor: _, ...query } = call.query;
  return { ...call, query };
}

function isLater(call: Call): boolean {
  return "cursor" in call.query;
}

function limitOf({ query }: Call): number {
  return Number(query["limit"] ?? 20);
}

function enveloped(reply: Reply, members: Readonly<Record<string, Json>>): Reply {
  return isJsonObject(reply.body) && "data" in reply.body ? { ...reply, body: { ...reply.body, ...members } } : reply;
}

function sliced(reply: Reply, change: (data: readonly Widget[]) => readonly Widget[]): Reply {
  return enveloped(reply, { data: change(entriesOf(reply)) });
}

function cursorIn({ body }: Reply): string | undefined {
  const cursor = isJsonObject(body) ? body["next_cursor"] : undefined;
  return typeof cursor === "string" ? cursor : undefined;
}

function isRecrawling({ last_crawl: crawl = null }: Widget): boolean {
  return isJsonObject(crawl) && crawl["trigger"] === "recrawl" && crawl["status"] === "running";
}

function doubling(isAt: (limit: number) => boolean): Layer {
  const lastOf = new Map<string, Widget>();
  return listing(async (call, next) => {
    const before = lastOf.get(call.query["cursor"] ?? "");
    const room = before && isAt(limitOf(call));
    const page = await next(room ? queried(call, { limit: String(limitOf(call) - 1) }) : call);
    const reply = room ? sliced(page, (data) => [before, ...data]) : page;
    const [cursor, last] = [cursorIn(reply), entriesOf(reply).at(-1)];
    if (cursor !== undefined && last) lastOf.set(cursor, last);
    return reply;
  });
}

/** Begins pages with the last widget of the page before; those of one widget are the same page again. */
function anchored(): Layer {
  const [repeating, standing] = [doubling((limit) => limit > 1), standingStill()];
  return (call, next) => standing(call, (inner) => repeating(inner, next));
}

/** Counts the pages of walks by the cursors between them. */
function paging(answer: (page: number, call: Call, next: (call: Call) => Promise<Reply>) => Promise<Reply>): Layer {
  const pageAt = new Map<string, number>();
  return listing(async (call, next) => {
    const page = pageAt.get(call.query["cursor"] ?? "") ?? 1;
    const reply = await answer(page, call, next);
    const cursor = cursorIn(reply);
    if (cursor !== undefined) pageAt.set(cursor, page + 1);
    return reply;
  });
}

/** Gives the page that a cursor came from again, where a limit is one. */
function standingStill(): Layer {
  const pageOf = new Map<string, Reply>();
  return listing(async (call, next) => {
    const before = pageOf.get(call.query["cursor"] ?? "");
    if (before && limitOf(call) === 1) return before;
    const reply = await next(call);
    const cursor = cursorIn(reply);
    if (cursor !== undefined) pageOf.set(cursor, reply);
    return reply;
  });
}

function listWithoutEnd(): Layer {
  const word = "after-the-end-";
  return listing(async (call, next) => {
    const passed = call.query["cursor"]?.startsWith(word) ? Number(call.query["cursor"].slice(word.length)) : undefined;
    const reply = await next(passed === undefined ? call : withoutCursor(call));
    const onward = { has_more: true, next_cursor: `${word}${(passed ?? 0) + 1}` };
    if (passed !== undefined) return enveloped(reply, { data: [], ...onward });
    return cursorIn(reply) === undefined ? enveloped(reply, onward) : reply;
  });
}

function skippingThirdPage(): Layer {
  return paging(async (page, call, next) => {
    const reply = await next(call);
    const cursor = cursorIn(reply);
    return page === 3 && cursor !== undefined ? next(queried(call, { cursor })) : reply;
  });
}

function endingAfterThreePages(): Layer {
  return paging(async (page, call, next) => {
    const reply = await next(call);
    return page === 3 ? enveloped(reply, { has_more: false, next_cursor: null }) : reply;
  });
}

function losingLastPage(isLost: (count: number, limit: number) => boolean): Layer {
  return listing(async (call, next) => {
    const reply = await next(call);
    const cursor = cursorIn(reply);
    if (cursor === undefined) return reply;
    const following = await next(queried(call, { cursor }));
    const isEnd = cursorIn(following) === undefined && isLost(entriesOf(following).length, limitOf(call));
    return isEnd ? enveloped(reply, { has_more: false, next_cursor: null }) : reply;
  });
}

async function createMany(user: User, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await user.create({ name: `Widget ${n}` });
}

/** The first page after so many creates, or the id of the first widget on the second. */
async function pageOf(user: User, count: number, limit: number, which?: "next") {
  await createMany(user, count);
  const { body } = await user.ask("GET", `${widgets}?limit=${limit}`);
  if (!which) return body.data;
  return (await user.ask("GET", `${widgets}?limit=${limit}&cursor=${body.next_cursor}`)).body.data?.[0].id;
}

/** Whether a walk with a limit misses some of the widgets. */
function missesSome(limit: number, count = 5): Probe {
  return async (user) => {
    const apart = user.as("sk_test_apart");
    await createMany(apart, count);
    return new Set((await apart.walk(limit)).map(({ id }) => id)).size < count;
  };
}
