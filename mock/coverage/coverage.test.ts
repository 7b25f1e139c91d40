import { describe, expect, onTestFinished, test } from "vitest";
import type { WidgetsDocument } from "../../spec/document.ts";
import { type Json, mergePatch } from "../../spec/merge-patch.ts";
import { publishedDocument as published } from "../../spec/published-document.ts";
import { clientOf, site, widgets } from "../api-client.test-helper.ts";
import { checkedMock } from "../checked-mock.test-helper.ts";
import type { MockControls, MockOptions } from "../index.ts";
import { createMockOf } from "../mock.ts";
import { type Answering, receiver } from "../world/webhooks/receiver.test-helper.ts";
import { mergeCoverage } from "./coverage.ts";

const key = "sk_test_one";
const other = "sk_test_two";

function mockToCover(options: MockOptions = {}) {
  const mock = checkedMock(options);
  return { mock, api: clientOf(mock, key), world: mock.world(key) };
}

const idsMet = ({ coverage }: Pick<MockControls, "coverage">) =>
  coverage
    .get()
    .items.filter(({ count }) => count > 0)
    .map(({ id }) => id);

const itemOf = ({ coverage }: Pick<MockControls, "coverage">, id: string) =>
  coverage.get().items.find((item) => item.id === id);

describe("what a client meets", () => {
  test("operations, answers, states, transitions and the assumptions behind them", async () => {
    const { api, world } = mockToCover();
    const id = await api.createActive();
    await api.get(`${widgets}/${id}`);
    await api.get(`${widgets}/wgt_unknown`);
    expect(idsMet(world)).toEqual(
      expect.arrayContaining([
        ...["operation createWidget", "operation getWidget", "answer createWidget 201", "answer getWidget 200"],
        ...["answer getWidget 404", "state draft-crawling", "state active"],
        ...["transition widget.moved new draft-crawling", "transition crawl.succeeded draft-crawling active"],
        ...["assumption A-CREATE-1 201", "assumption A-AUTH-3 not-found", "assumption A-EXT-1 offer"],
      ]),
    );
    expect(itemOf(world, "operation getWidget")).toMatchObject({ count: 2, says: "getWidget: Get a widget" });
    expect(itemOf(world, "state paused")).toMatchObject({ count: 0 });
  });

  test("a second page, and not the first one", async () => {
    const { api, world } = mockToCover();
    await api.create();
    await api.create();
    const { body } = await api.get(`${widgets}?limit=1`);
    expect(itemOf(world, "page listWidgets")).toMatchObject({ count: 0 });
    await api.get(`${widgets}?limit=1&cursor=${body.next_cursor}`);
    expect(itemOf(world, "page listWidgets")).toMatchObject({ count: 1 });
  });

  test("a replayed answer, and one that breaks off", async () => {
    const { api, world } = mockToCover();
    const create = () => api.post(widgets, { name: "A", site_url: site }, { "idempotency-key": "once" });
    await create();
    expect(idsMet(world)).not.toContain("replay createWidget");
    await create();
    expect(idsMet(world)).toContain("replay createWidget");
    world.faults.add({ connection: "reset", operation: "listWidgets" });
    await expect(api.get(widgets)).rejects.toThrow();
    expect(idsMet(world)).toContain("connection reset");
    expect(idsMet(world)).not.toContain("connection lost-answer");
    expect(idsMet(world).filter((id) => id.startsWith("answer listWidgets"))).toEqual([]);
    world.faults.add({ connection: "reset", operation: "createWidget", carriedOut: true });
    await expect(api.create()).rejects.toThrow();
    expect(idsMet(world)).toContain("connection lost-answer");
  });

  test("a code of its own where the state of a widget decides on it", async () => {
    const { api, world } = mockToCover();
    const id = await api.createActive();
    await api.post(`${widgets}/${id}/pause`);
    await api.post(`/api/v1/public/widgets/${id}/conversations`);
    expect(idsMet(world)).toContain("answer startConversation 409 widget_paused");
    expect(itemOf(world, "answer startConversation 409 widget_not_ready")).toMatchObject({ count: 0 });
  });

  test("nothing that the steps of a scenario do", () => {
    const { world } = mockToCover({ scenario: "one-of-each" });
    expect(world.widgets.list({}).total).toBe(4);
    expect(idsMet(world)).toEqual([]);
  });
});

describe("Retry-After", () => {
  const limited = async (clock: string) => {
    const { mock, api, world } = mockToCover({ clock });
    world.faults.add({ rateLimit: { limit: 1, windowSeconds: 60 } });
    await api.get(widgets);
    expect((await api.get(widgets)).headers.get("retry-after")).toBe("60");
    return { mock, api, world };
  };

  test.each(["real", "manual"])("is obeyed by a client that comes again when it is over (%s clock)", async (clock) => {
    const { api, world } = await limited(clock);
    world.clock.advance({ seconds: 60 });
    await api.get(widgets);
    expect(itemOf(world, "retry 429")).toEqual(expect.objectContaining({ count: 1 }));
    expect(itemOf(world, "retry 429")).not.toHaveProperty("disregarded");
  });

  test("is disregarded by a client that comes again at once, and that is the first thing to do", async () => {
    const { api, world } = await limited("real");
    await api.get(widgets);
    expect(itemOf(world, "retry 429")).toMatchObject({ count: 0, disregarded: 1 });
    expect(world.coverage.get().todo[0]).toMatchObject({ kind: "retry", items: ["retry 429"] });
  });

  test("is neither if the clock stands: the client may wait by a clock of its own", async () => {
    const { api, world } = await limited("manual");
    await api.get(widgets);
    const item = itemOf(world, "retry 429");
    expect([item?.count, item?.disregarded]).toEqual([0, undefined]);
  });

  test("is neither for another request", async () => {
    const { api, world } = await limited("real");
    await api.create();
    expect(itemOf(world, "retry 429")).toMatchObject({ count: 0 });
    expect(itemOf(world, "retry 429")).not.toHaveProperty("disregarded");
  });
});

describe("events", () => {
  async function sending(faults = {}, answering?: Answering) {
    const { url } = await receiver(answering);
    const { mock, api, world } = mockToCover({ webhooks: [{ url, faults }] });
    const advance = async (seconds: number) => {
      world.clock.advance({ seconds });
      await world.deliveries.settle();
    };
    return { mock, api, world, advance };
  }
  const deliveriesMet = (world: MockControls) => idsMet(world).filter((id) => /^(event|delivery)/.test(id));

  test("that were accepted, with the assumptions behind them", async () => {
    const { api, world, advance } = await sending();
    await api.create({ site_url: "https://fail.test" });
    await advance(2);
    expect(deliveriesMet(world)).toEqual(["event widget.crawl_failed"]);
    expect(idsMet(world)).toContain("assumption A-EVENT-1");
  });

  test.each([
    [{ duplicate: true }, "delivery duplicate"],
    [{ delaySeconds: 5 }, "delivery late"],
    [{ drop: true }, "delivery dropped"],
  ])("with the delivery fault %j", async (faults, expected) => {
    const { api, world, advance } = await sending(faults);
    await api.create();
    await advance(2);
    await advance(5);
    expect(deliveriesMet(world).filter((id) => id.startsWith("delivery"))).toEqual([expected]);
  });

  test("after later ones", async () => {
    const { api, world, advance } = await sending({ reorder: true });
    await api.create();
    await api.create();
    await advance(2);
    await advance(10);
    expect(deliveriesMet(world)).toContain("delivery out-of-order");
  });

  test("again after a failure, which is no duplicate", async () => {
    const { api, world, advance } = await sending({}, (n) => ({ status: n === 0 ? 500 : 204 }));
    await api.create();
    await advance(2);
    await advance(6);
    expect(deliveriesMet(world)).toEqual(["event widget.ready", "delivery late", "delivery retried"]);
  });

  test("with a wrong signature: met if it is rejected, and something to do if it is accepted", async () => {
    const rejecting = await sending({ corruptSignature: true }, () => ({ status: 401 }));
    await rejecting.api.create();
    await rejecting.advance(2);
    expect(deliveriesMet(rejecting.world)).toEqual(["delivery wrong-signature"]);
    const accepting = await sending({ corruptSignature: true });
    await accepting.api.create();
    await accepting.advance(2);
    expect(itemOf(accepting.world, "delivery wrong-signature")).toMatchObject({ count: 0, disregarded: 1 });
    expect(accepting.world.coverage.get().todo[0]?.says).toMatch("accepted what it should reject");
  });

  test("that no receiver answers are not met", async () => {
    const { api, world, advance } = await sending({}, () => "hang up");
    await api.create();
    await advance(2);
    await advance(6);
    expect(deliveriesMet(world)).toEqual([]);
  });
});

describe("the counter", () => {
  test("forgets nothing: not in resets and restores, nor when the journal is full", async () => {
    const { mock, api, world } = mockToCover({ journalEntries: 1 });
    await api.create();
    const snapshot = mock.snapshot.export();
    await api.get(widgets);
    world.reset();
    mock.reset();
    mock.snapshot.restore(snapshot);
    expect(idsMet(world)).toEqual(expect.arrayContaining(["operation createWidget", "operation listWidgets"]));
  });

  test("keeps organizations apart, and the sum of all, even of more than there may be", async () => {
    const { mock, api, world } = mockToCover({ maxWorlds: 1 });
    await api.get(widgets);
    await clientOf(mock, other).get(`${widgets}/wgt_unknown`);
    expect(idsMet(mock.world(other))).toContain("operation getWidget");
    expect(idsMet(mock.world(other))).not.toContain("operation listWidgets");
    expect(idsMet(mock)).toEqual(expect.arrayContaining(["operation getWidget", "operation listWidgets"]));
    void world;
  });

  test("counts requests without a valid key for all alone", async () => {
    const { mock, world } = mockToCover();
    await clientOf(mock, "sk_live_no").get(widgets);
    expect(idsMet(mock)).toContain("answer listWidgets 401");
    expect(idsMet(world)).toEqual([]);
  });

  test("begins anew when it is reset, for one organization or for all", async () => {
    const { mock, api, world } = mockToCover();
    await api.create();
    await api.get(widgets);
    await clientOf(mock, other).get(widgets);
    const before = world.coverage.reset();
    expect(before.met).toBeGreaterThan(5);
    expect(idsMet(world)).toEqual([]);
    expect(idsMet(mock)).toContain("operation listWidgets");
    // The same page is sent again from the cache.
    await api.get(widgets);
    expect(idsMet(world)).toContain("state draft-crawling");
    mock.coverage.reset();
    expect(idsMet(mock)).toEqual([]);
  });
});

describe("items", () => {
  test("come from the document: an operation, a state and an event that it gets are items", async () => {
    const change: Json = {
      paths: { "/api/v1/widgets/{id}/pause": { post: { responses: { "418": { description: "A teapot." } } } } },
      webhooks: {
        "widget.paused": {
          post: { operationId: "onWidgetPaused", summary: "Paused", description: "", tags: [], responses: {} },
        },
      },
    };
    const document = mergePatch(published as unknown as Json, change) as unknown as WidgetsDocument;
    const mock = createMockOf(document, { clock: "manual" });
    onTestFinished(() => mock.close());
    expect(itemOf(mock, "answer pauseWidget 418")).toMatchObject({ count: 0 });
    expect(itemOf(mock, "event widget.paused")).toMatchObject({ says: "widget.paused: Paused" });
  });

  test("are those of the dialect: states that it does not reach and rules that it omits are none", () => {
    const ids = (options: MockOptions) =>
      checkedMock(options)
        .coverage.get()
        .items.map(({ id }) => id);
    const usual = ids({});
    expect(usual).not.toContain("state paused-first-crawl");
    expect(usual).toContain("assumption A-PAUSE-3 refuse");
    const allowing = ids({ dialect: { "A-PAUSE-3": "allow", "A-EXT-1": "omit", "A-CREATE-1": "202" } });
    expect(allowing).toEqual(
      expect.arrayContaining([
        ...["state paused-first-crawl", "transition widget.moved draft-crawling paused-first-crawl"],
        ...["assumption A-PAUSE-3 allow", "answer createWidget 202"],
      ]),
    );
    expect(allowing.filter((id) => id.startsWith("assumption A-EXT-1"))).toEqual([]);
    expect(allowing).not.toContain("answer createWidget 201");
  });

  test("have ids of their own", () => {
    const ids = checkedMock()
      .coverage.get()
      .items.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

test("coverage of several mocks is merged: an item is met if one has met it", async () => {
  const one = mockToCover();
  const two = mockToCover({ dialect: { "A-LIST-3": "oldest" } });
  await one.api.get(widgets);
  await two.api.get(widgets);
  await two.api.create();
  const merged = mergeCoverage([one.mock.coverage.get(), two.mock.coverage.get()]);
  expect(merged.items.find(({ id }) => id === "operation listWidgets")?.count).toBe(2);
  expect(merged.items.find(({ id }) => id === "operation createWidget")?.count).toBe(1);
  expect(merged.items.filter(({ rule }) => rule === "A-LIST-3").map(({ choice, count }) => [choice, count])).toEqual([
    ["newest", 1],
    ["oldest", 1],
  ]);
  expect(merged.dialects).toEqual(["default", "custom"]);
  expect(merged.todo.flatMap(({ items }) => items)).not.toContain("operation createWidget");
  expect(mergeCoverage([merged]).met).toBe(merged.met);
});

test("the list of things to do names what was never met, answers by their status", async () => {
  const { api, mock } = mockToCover();
  await api.create();
  const { todo, met, of, percent, items } = mock.coverage.get();
  expect([met, of]).toEqual([items.filter(({ count }) => count > 0).length, items.length]);
  expect(percent).toBe(Math.floor((met * 1000) / of) / 10);
  const missing = todo.flatMap((one) => one.missing.map((name) => `${one.says} ${name}`));
  expect(missing).toContain("Your tests never saw a failed crawl, from draft-crawling to draft-failed");
  expect(missing).toContain("Your tests never saw a second page of listWidgets");
  expect(missing).toContain("Your tests never had a duplicate event, one that the receiver had accepted before");
  expect(missing).toContainEqual(expect.stringMatching(/^Your tests never got 503 of listWidgets, createWidget, /));
  expect(missing.filter((name) => name.includes("createWidget: "))).toEqual([]);
  expect(todo.flatMap(({ items: ids }) => ids)).toHaveLength(of - met);
});
