import { expect, test } from "vitest";
import type { JsonObject } from "../../spec/merge-patch.ts";
import { operationsOf } from "../../spec/operations.ts";
import { publishedDocument } from "../../spec/published-document.ts";
import { Lister } from "./lister.ts";
import { Pace } from "./pace.ts";
import { Scheduler } from "./scheduler.ts";
import { Wire } from "./wire.ts";

/** The widgets of an organization; the run knows the ids of all of them. */
const ids = Array.from({ length: 7 }, (_, n) => `wgt_${n + 1}`);

interface Page {
  readonly items: readonly JsonObject[];
  /** The cursor of the next page. */
  readonly next: string | undefined;
}

type Form = (page: Page) => Response;
type Pages = (from: number, limit: number) => { readonly ids: readonly string[]; readonly next: string | undefined };

/** Pages that hold what was asked for. */
const plainPages: Pages = (from, limit) => ({
  ids: ids.slice(from, from + limit),
  next: from + limit < ids.length ? String(from + limit) : undefined,
});

const inBody: Form = ({ items, next }) => Response.json({ data: items, next_cursor: next ?? null });

/** A lister of a service with a form of its own, and the calls that it got. */
function listerOf(form: Form, pages: Pages = plainPages, mostCalls = 100) {
  const asked: string[] = [];
  const scheduler = new Scheduler({ advance: () => undefined });
  const target = {
    baseUrl: "http://service.test",
    credential: { authorization: "Bearer sk_test_own" },
    fetch: async ({ url }: Request) => {
      const { searchParams, search } = new URL(url);
      asked.push(search);
      const page = pages(Number(searchParams.get("cursor") ?? 0), Number(searchParams.get("limit")));
      return form({ items: page.ids.map((id) => ({ id, name: `The ${id}` })), next: page.next });
    },
  };
  const wire = new Wire(target, operationsOf(publishedDocument), { scheduler, pace: new Pace(scheduler, Infinity) });
  return { lister: new Lister(wire, new Set(ids), mostCalls), asked };
}

/** The ids of a walk, and whether it saw the last page. */
async function walk(lister: Lister, limit: number) {
  const listed = await lister.walk(limit);
  return { ids: listed.map(({ id }) => id), whole: lister.walks.at(-1)?.whole };
}

test.each<readonly [string, Form, object]>([
  ["in the body", inBody, { in: "body", place: ["next_cursor"], verified: true }],
  [
    "deep in the body, beside a cursor back",
    ({ items, next }) => Response.json({ page: { widgets: items }, meta: { prev_cursor: "0", after: next } }),
    { in: "body", place: ["meta", "after"], verified: true },
  ],
  [
    "as the address of the next page",
    ({ items, next }) => Response.json({ items, next: next && `/api/v1/widgets?limit=1&cursor=${next}` }),
    { in: "body", place: ["next"], verified: true },
  ],
  [
    "in a Link header",
    ({ items, next }) =>
      Response.json(items, next ? { headers: { link: `<http://x.test/?cursor=${next}>; rel="next"` } } : {}),
    { in: "link", verified: true },
  ],
])("a list whose cursor is %s is walked to its last page", async (_, form, next) => {
  const { lister } = listerOf(form);
  expect(await walk(lister, 3)).toEqual({ ids, whole: true });
  expect(lister.next).toEqual(next);
});

test("a word that leads to the same page again is no cursor", async () => {
  const { lister } = listerOf(({ items, next }) => Response.json({ data: items, cursor: "0", page_token: next }));
  expect(await walk(lister, 3)).toEqual({ ids, whole: true });
  expect(lister.next).toMatchObject({ place: ["page_token"], verified: true });
});

test("empty pages on the way are passed, but not for ever", async () => {
  const someEmpty: Pages = (from, limit) =>
    from % 2 === 1
      ? { ids: [], next: String(from + 1) }
      : { ...plainPages(from, limit), next: from < 6 ? String(from + 1) : undefined };
  const { lister } = listerOf(inBody, (from, limit) => ({ ...someEmpty(from, limit), ids: someEmpty(from, 2).ids }));
  expect(await walk(lister, 2)).toEqual({ ids, whole: true });
  const endless: Pages = (from, limit) => (from === 0 ? plainPages(0, limit) : { ids: [], next: String(from + 1) });
  const { lister: other, asked } = listerOf(inBody, endless);
  await other.learn();
  expect(other.next).toMatchObject({ verified: false });
  expect(asked.length).toBe(9);
});

test("an empty page that leads to another one without end ends a walk, the second one soon", async () => {
  const endless: Pages = (from, limit) => ({ ids: ids.slice(from, from + limit), next: String(from + limit) });
  const { lister } = listerOf(inBody, endless);
  expect(await walk(lister, 7)).toEqual({ ids, whole: false });
  await walk(lister, 6);
  expect(lister.walks.map(({ calls }) => calls.length)).toEqual([51, 5]);
});

test("pages that show again what was shown end a walk", async () => {
  const { lister } = listerOf(inBody, (from, limit) => ({ ids: ids.slice(0, limit), next: String(from + 1) }));
  await lister.learn();
  expect(await walk(lister, 3)).toMatchObject({ whole: false });
  expect(lister.walks.at(-1)?.calls.length).toBe(4);
});

test("where large pages are refused the largest is found", async () => {
  const { lister } = listerOf(({ items, next }) =>
    items.length > 4 ? Response.json({}, { status: 400 }) : Response.json({ data: items, next_cursor: next ?? null }),
  );
  await lister.learn();
  expect(lister.largest).toBe(4);
});

test("a cursor that comes again ends a walk, which has not seen the whole list", async () => {
  const { lister } = listerOf(inBody, (from, limit) => ({ ...plainPages(from, limit), next: from < 3 ? "3" : "0" }));
  await lister.learn();
  expect(await walk(lister, 3)).toMatchObject({ whole: false });
});

test("a cursor that stays the same is followed while more is shown, until a page shows nothing new or says that it is the last", async () => {
  // The service remembers how far its one cursor has come.
  let passed = 0;
  const onward: Pages = (from, limit) => {
    passed = from === 0 ? limit : passed + limit;
    return { ids: ids.slice(passed - limit, passed), next: passed < ids.length ? "1" : undefined };
  };
  expect(await walk(listerOf(inBody, onward).lister, 3)).toEqual({ ids, whole: true });

  const standing: Pages = (from, limit) => ({ ids: ids.slice(from, from + limit), next: String(from || limit) });
  const { lister } = listerOf(inBody, standing);
  await walk(lister, 2);
  expect(await walk(lister, 3)).toEqual({ ids: [...ids.slice(0, 6), ...ids.slice(3, 6)], whole: false });

  const echoing: Pages = (from, limit) => ({ ...plainPages(from, limit), next: String(Math.min(from + limit, 6)) });
  const withMore: Form = ({ items, next }) =>
    Response.json({ data: items, has_more: items.at(-1)?.["id"] !== ids.at(-1), next_cursor: next });
  expect((await walk(listerOf(withMore, echoing).lister, 3)).ids).toEqual(ids);
});

test("where nobody knows how to go on, a full page proves nothing, and a short one is the whole list", async () => {
  const silent: Form = ({ items }) => Response.json({ data: items });
  expect(await walk(listerOf(silent).lister, 3)).toEqual({ ids: ids.slice(0, 3), whole: false });
  expect(await walk(listerOf(silent).lister, 50)).toEqual({ ids, whole: true });
});

test("lists cost no more calls than they may", async () => {
  const { lister, asked } = listerOf(inBody, plainPages, 5);
  expect(await walk(lister, 1)).toEqual({ ids: ids.slice(0, 2), whole: false });
  expect(asked.length).toBe(5);
});

test("an array of other things with ids is not taken for the items", async () => {
  const { lister } = listerOf(({ items }) => Response.json({ warnings: [{ id: "w1", name: "Old" }], data: items }));
  await lister.learn();
  expect(lister.items).toEqual(["data"]);
});
