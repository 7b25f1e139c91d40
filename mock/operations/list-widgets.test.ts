import { expect, test } from "vitest";
import { type ApiClient, clientOf, widgets } from "../api-client.test-helper.ts";
import { checkedMock } from "../checked-mock.test-helper.ts";

async function createMany(api: ApiClient, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) ids.push(await api.create({ name: `Widget ${n}` }));
  return ids;
}

/** Every id that a walk meets, with something done between its pages. */
async function walk(
  api: ApiClient,
  limit: number,
  between: (page: number) => Promise<unknown> = async () => undefined,
  pagesAreFull = true,
) {
  const met: string[] = [];
  let cursor: string | null = null;
  for (let page = 0; page === 0 || cursor !== null; page++) {
    const next: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const { status, body } = await api.get(`${widgets}?limit=${limit}${next}`);
    expect(status).toBe(200);
    expect(body.data.length).toBeLessThanOrEqual(limit);
    expect(body.has_more).toBe(body.next_cursor !== null);
    if (pagesAreFull && body.has_more) expect(body.data).toHaveLength(limit);
    if (pagesAreFull && page > 0) expect(body.data).not.toEqual([]);
    met.push(...body.data.map(({ id }: { id: string }) => id));
    cursor = body.next_cursor;
    await between(page);
  }
  return met;
}

test("a listing with any limit has every widget once, newest first", async () => {
  const api = clientOf(checkedMock());
  const ids = (await createMany(api, 23)).reverse();
  for (const limit of [1, 2, 7, 22, 23, 24, 100]) expect(await walk(api, limit), `limit ${limit}`).toEqual(ids);
});

test("a list has widgets of every status, each as a get shows it", async () => {
  const mock = checkedMock();
  const api = clientOf(mock);
  const failed = await api.create({ site_url: "https://fail.test" });
  const paused = await api.createActive();
  await api.post(`${widgets}/${paused}/pause`);
  const draft = await api.create();
  const { data } = (await api.get(widgets)).body;
  expect(data.map(({ id }: { id: string }) => id)).toEqual([draft, paused, failed]);
  for (const widget of data) expect((await api.get(`${widgets}/${widget.id}`)).body).toEqual(widget);
});

test("a widget that exists throughout a listing is listed once, whatever is deleted or created between pages", async () => {
  const api = clientOf(checkedMock());
  const ids = (await createMany(api, 12)).reverse();
  const doomed = new Set([ids[1], ids[2], ids[5], ids[8]]);
  const met = await walk(api, 2, async (page) => {
    // The widget that the cursor stands by is among those that go.
    const victim = ids[page * 2 + 1];
    if (victim !== undefined && doomed.has(victim)) await api.delete(`${widgets}/${victim}`);
    await api.create({ name: "Latecomer" });
  });
  const throughout = ids.filter((id) => !doomed.has(id));
  expect(met.filter((id) => throughout.includes(id))).toEqual(throughout);
  expect(new Set(met).size).toBe(met.length);
});

test("without a limit a page holds 20, and never more than 100", async () => {
  const api = clientOf(checkedMock());
  await createMany(api, 101);
  expect((await api.get(widgets)).body.data).toHaveLength(20);
  for (const limit of [100, 101, 100_000]) {
    expect((await api.get(`${widgets}?limit=${limit}`)).body.data).toHaveLength(100);
  }
});

test.each(["0", "-1", "1.5", "ten", "", "1e2", "0x10", " 5", "NaN"])("limit=%j is rejected by name", async (limit) => {
  const api = clientOf(checkedMock());
  const { status, body } = await api.get(`${widgets}?limit=${encodeURIComponent(limit)}`);
  expect(status).toBe(400);
  expect(body).toMatchObject({ code: "validation_error", errors: [{ parameter: "limit" }] });
});

test("a limit given twice is rejected", async () => {
  const api = clientOf(checkedMock());
  expect((await api.get(`${widgets}?limit=1&limit=2`)).body.errors).toMatchObject([{ parameter: "limit" }]);
});

test("a cursor that is malformed, or another organization's, is rejected", async () => {
  const mock = checkedMock();
  const api = clientOf(mock);
  await createMany(api, 3);
  const cursor: string = (await api.get(`${widgets}?limit=1`)).body.next_cursor;
  const garbled = ["x", "", "☃", cursor.slice(1), `${cursor}A`, cursor.toLowerCase(), btoa("1.1.1")];
  for (const wrong of garbled) {
    const { status, body } = await api.get(`${widgets}?cursor=${encodeURIComponent(wrong)}`);
    expect({ status, code: body.code }, wrong).toEqual({ status: 400, code: "invalid_cursor" });
  }
  const other = await clientOf(mock, "sk_test_other").get(`${widgets}?cursor=${encodeURIComponent(cursor)}`);
  expect(other.body.code).toBe("invalid_cursor");
});

test("in the hostile dialect pages are short, and a listing still has every widget once, oldest first", async () => {
  const api = clientOf(checkedMock({ dialect: "hostile" }));
  const ids = await createMany(api, 11);
  for (const limit of [1, 2, 5]) expect(await walk(api, limit, undefined, false), `limit ${limit}`).toEqual(ids);
  expect((await api.get(`${widgets}?limit=4`)).body.data).toHaveLength(2);
  expect((await api.get(`${widgets}?limit=101`)).status).toBe(422);
});

test("an anchored cursor is rejected when its widget was deleted", async () => {
  const api = clientOf(checkedMock({ dialect: { "A-LIST-4": "anchor" } }));
  const ids = await createMany(api, 3);
  const cursor = (await api.get(`${widgets}?limit=1`)).body.next_cursor;
  await api.delete(`${widgets}/${ids[2]}`);
  expect((await api.get(`${widgets}?limit=1&cursor=${cursor}`)).body.code).toBe("invalid_cursor");
});
