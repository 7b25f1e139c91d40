import { expect, onTestFinished, test } from "vitest";
import { createMock, type MockOptions } from "../index.ts";

const key = "sk_test_one";

/** A mock on a manual clock, and what sends requests to it. */
function manualMock(options: MockOptions = {}) {
  const mock = createMock({ clock: "manual", crawl: "30s", ...options });
  onTestFinished(() => mock.close());
  const send = async (method: string, path: string, body?: object, as = key) => {
    const headers = { authorization: `Bearer ${as}`, "content-type": "application/json" };
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    const response = await mock.fetch(`http://mock.test/api/v1/widgets${path}`, init);
    return { status: response.status, body: response.status === 204 ? undefined : await response.json() };
  };
  const create = async (name: string, site = "https://bakery.example", as = key): Promise<string> =>
    (await send("POST", "", { name, site_url: site }, as)).body.id;
  return { mock, send, create };
}

test("widgets are listed with their state, last crawl and what comes next, and no read ends a crawl", async () => {
  const { mock, create } = manualMock({ crawl: "reads:1" });
  const id = await create("Bakery");
  const [widget] = mock.widgets.list({}).widgets;
  expect(widget).toEqual({
    id,
    organization: expect.stringMatching(/^key_/),
    state: "draft-crawling",
    status: "draft",
    name: "Bakery",
    site_url: "https://bakery.example",
    created_at: "2026-01-01T00:00:00.000Z",
    last_crawl: { trigger: "create", started_at: "2026-01-01T00:00:00.000Z", reads_left: 1 },
  });
  expect(mock.widgets.inspect({ id })).toMatchObject({ state: "draft-crawling", widget: { id, status: "draft" } });
  expect(mock.journal.list().requests).toHaveLength(1);
});

test("a page of widgets is any part of the list, the newest first, one world after the other", async () => {
  const { mock, create } = manualMock();
  for (const name of ["a1", "a2", "a3"]) await create(name);
  for (const name of ["b1", "b2"]) await create(name, undefined, "sk_test_two");
  const named = (input: object) => {
    const { total, widgets } = mock.widgets.list(input);
    return [total, widgets.map(({ name }) => name).join(" ")];
  };
  expect(named({})).toEqual([5, "a3 a2 a1 b2 b1"]);
  expect(named({ offset: 2, limit: 2 })).toEqual([5, "a1 b2"]);
  expect(named({ offset: 4 })).toEqual([5, "b1"]);
  expect(named({ offset: 9 })).toEqual([5, ""]);
  expect(named({ text: "A", offset: 1, limit: 3 })).toEqual([5, "a2 a1 b2"]);
  expect(named({ text: "B1" })).toEqual([1, "b1"]);
  expect(named({ status: "active" })).toEqual([0, ""]);
  expect(mock.world("sk_test_two").widgets.list({}).total).toBe(2);
});

test("the agenda is what the clock will cause: the ends of crawls and the next attempts, in order", async () => {
  const { mock, create } = manualMock({ webhooks: [{ url: "http://127.0.0.1:9/hook" }] });
  const first = await create("Bakery");
  mock.clock.advance({ seconds: 10 });
  const second = await create("Florist");
  const due = () => mock.clock.agenda({}).due.map(({ at, kind, widget, attempt }) => [at, kind, widget, attempt]);
  expect(due()).toEqual([
    ["2026-01-01T00:00:30.000Z", "crawl", first, undefined],
    ["2026-01-01T00:00:40.000Z", "crawl", second, undefined],
  ]);
  mock.clock.advance({ seconds: 20 });
  await mock.deliveries.settle();
  expect(due()).toEqual([
    [expect.stringMatching(/^2026-01-01T00:00:35/), "delivery", first, 2],
    ["2026-01-01T00:00:40.000Z", "crawl", second, undefined],
  ]);
  expect(mock.clock.agenda({ limit: 1 })).toMatchObject({ total: 2, due: [{ event: "widget.ready" }] });
  const [one] = mock.widgets.list({ text: first }).widgets;
  expect(one?.next).toMatchObject({ kind: "delivery", attempt: 2 });
  expect(mock.widgets.inspect({ id: second }).next).toMatchObject({ kind: "crawl" });
});

test("happenings are listed in order, of one widget too", async () => {
  const { mock, send, create } = manualMock();
  const id = await create("Bakery");
  await create("Florist");
  mock.clock.advance({ seconds: 30 });
  await send("POST", `/${id}/pause`);
  const types = (input: object) => mock.journal.happenings(input).happened.map(({ type, to }) => `${type} ${to}`);
  expect(types({ widget: id })).toEqual([
    "widget.moved draft-crawling",
    "crawl.succeeded active",
    "widget.moved paused",
  ]);
  expect(types({})).toHaveLength(5);
  expect(types({ limit: 1 })).toEqual(["widget.moved paused"]);
});

test("assumptions come with the choice in force and how many answers rely on them", async () => {
  const { mock, send } = manualMock({ dialect: { "A-LIST-3": "oldest" } });
  await send("GET", "");
  const of = (id: string) => mock.assumptions.list().assumptions.find(({ rule }) => rule === id);
  expect(of("A-LIST-3")).toMatchObject({ choice: "oldest", answers: 1 });
  expect(of("A-PAUSE-3")).toMatchObject({ choice: "refuse", answers: 0 });
  expect(of("LIST-1")).toBeUndefined();
});

test("worlds are listed without their keys", async () => {
  const { mock, create } = manualMock({ apiKeys: { secret: "acme", other: "globex" } });
  await create("Bakery", undefined, "secret");
  const world = {
    organization: "acme",
    widgets: 1,
    requests: 1,
    clock: { now: "2026-01-01T00:00:00.000Z", running: false },
  };
  expect(mock.worlds.list()).toEqual({ total: 1, worlds: [world] });
  mock.keys.create({ organization: "acme" });
  mock.keys.create({ organization: "new" });
  expect(mock.organizations.list().organizations.map((one) => one.world)).toEqual([world, undefined]);
  expect(mock.organizations.get({ organization: "acme" }).world).toEqual(world);
});

test("worlds are listed page by page", async () => {
  const { mock, create } = manualMock();
  for (const name of ["one", "two", "three"]) await create(name, undefined, `sk_test_${name}`);
  const pageOf = (input: object) => mock.worlds.list(input).worlds.map(({ organization }) => organization);
  expect(mock.worlds.list({ offset: 1, limit: 1 })).toMatchObject({ total: 3, worlds: [{ widgets: 1 }] });
  expect([...pageOf({ limit: 2 }), ...pageOf({ offset: 2, limit: 2 })]).toEqual(pageOf({}));
  expect(mock.world("sk_test_two").worlds.list()).toMatchObject({ total: 1 });
});

test("without a key, a widget of any organization is inspected, and its crawl ended", async () => {
  const { mock, create } = manualMock({ crawl: "manual" });
  const id = await create("Bakery");
  expect(mock.widgets.endCrawl({ id, outcome: "failed" })).toMatchObject({ type: "crawl.failed", to: "draft-failed" });
  expect(mock.widgets.trigger({ id, outcome: "succeeded" })).toMatchObject({ event: "widget.ready" });
  expect(mock.widgets.inspect({ id }).state).toBe("active");
  expect(() => mock.world("sk_test_two").widgets.inspect({ id })).toThrow(/no widget/);
});
