import { expect, onTestFinished, test } from "vitest";
import { scenarios } from "../../fixtures/generated/scenarios.ts";
import { publishedDocument } from "../../spec/published-document.ts";
import { clientOf, widgets } from "../api-client.test-helper.ts";
import { checkedMock } from "../checked-mock.test-helper.ts";
import { controlOf } from "../control-plane/control-client.test-helper.ts";
import { ControlError, createMock, OptionError, type ResetOptions, type Scenarios } from "../index.ts";
import { receiver } from "../world/webhooks/receiver.test-helper.ts";

const key = "sk_test_one";
const known = scenarios as unknown as Scenarios;

test("an input that is no object is rejected with an example", () => {
  const { clock } = createMock({ clock: "manual" });
  expect(() => clock.advance(3000 as never)).toThrow('the input must be an object such as {"seconds":60}, got 3000');
});

test("a clock that is frozen stands, and goes on from there when it is resumed", async () => {
  const mock = createMock({ crawl: "1h" });
  onTestFinished(() => mock.close());
  const { clock } = mock.world(key);
  const id = await clientOf(mock).create();
  clock.freeze();
  expect([clock.get().running, mock.clock.get().running]).toEqual([false, true]);
  const stood = Date.parse(clock.get().now);
  clock.advance({ seconds: 3599 });
  expect(Date.parse(clock.get().now)).toBe(stood + 3_599_000);
  clock.resume();
  expect(clock.get().running).toBe(true);
  expect(clock.advance({ seconds: 1 }).happened).toMatchObject([{ widget: id, type: "crawl.succeeded" }]);
});

test("freezing everything concerns worlds to come too, and a reset takes it back", async () => {
  const mock = createMock();
  onTestFinished(() => mock.close());
  await clientOf(mock).get(widgets);
  mock.clock.freeze();
  expect([
    mock.clock.get().running,
    mock.world(key).clock.get().running,
    mock.world("sk_test_new").clock.get().running,
  ]).toEqual([false, false, false]);
  mock.clock.resume();
  expect(mock.world("sk_test_new").clock.get().running).toBe(true);
  mock.clock.freeze();
  mock.reset();
  expect(mock.world(key).clock.get().running).toBe(true);
});

test("a manual clock can be let run, and its crawl ends by itself", async () => {
  const mock = createMock({ clock: "manual", crawl: "1ms" });
  onTestFinished(() => mock.close());
  const api = clientOf(mock);
  const id = await api.create();
  mock.clock.resume();
  await expect.poll(async () => (await api.get(`${widgets}/${id}`)).body.status).toBe("active");
});

test("two worlds in one process have their own clocks", async () => {
  const mock = checkedMock({ crawl: "10s" });
  const [one, other] = [clientOf(mock, key), clientOf(mock, "sk_test_two")];
  const [first, second] = [await one.create(), await other.create()];
  mock.world(key).clock.advance({ seconds: 60 });
  expect((await one.get(`${widgets}/${first}`)).body.status).toBe("active");
  expect((await other.get(`${widgets}/${second}`)).body.status).toBe("draft");
  expect(Date.parse(mock.world(key).clock.get().now) - Date.parse(mock.world("sk_test_two").clock.get().now)).toBe(
    60_000,
  );
});

test("the clock is frozen, resumed and shown under /_mock, for one world or for all", async () => {
  const mock = createMock();
  onTestFinished(() => mock.close());
  const [one, all] = [controlOf(mock, key), controlOf(mock)];
  expect((await one.post("/clock/freeze")).body.running).toBe(false);
  expect((await all.get("/clock")).body.running).toBe(true);
  expect((await all.post("/clock/freeze")).body.running).toBe(false);
  expect((await all.get("/health")).body.clock.running).toBe(false);
  expect((await one.post("/clock/resume")).body.running).toBe(true);
});

test("crawls run in another way from now on, those that run already as if they had begun in it", async () => {
  const mock = checkedMock({ crawl: "manual" });
  const api = clientOf(mock);
  const id = await api.create();
  const status = async () => (await api.get(`${widgets}/${id}`)).body.status;
  mock.clock.advance({ seconds: 3600 });
  expect(await status()).toBe("draft");
  mock.world(key).crawls.set({ mode: "2h" });
  expect(mock.clock.advance({ seconds: 3599.999 }).happened).toEqual([]);
  expect(mock.clock.advance({ seconds: 0.001 }).happened).toMatchObject([{ widget: id }]);
  expect(mock.crawls.get().mode).toBe("manual");
  expect(mock.world(key).crawls.get().mode).toBe("2h");
  const control = controlOf(mock, key);
  expect((await control.call("PUT", "/crawls", { mode: "reads:1" })).body).toEqual({ mode: "reads:1" });
  await api.post(`${widgets}/${id}/recrawl`);
  expect((await api.get(`${widgets}/${id}`)).body.last_crawl.status).toBe("running");
  expect((await api.get(`${widgets}/${id}`)).body.last_crawl.status).toBe("succeeded");
  expect((await control.call("PUT", "/crawls", { mode: "soon" })).body).toMatchObject({
    status: 400,
    errors: [{ pointer: "#/mode" }],
  });
  expect((await control.get("/crawls")).body).toEqual({ mode: "reads:1" });
  await controlOf(mock).call("PUT", "/crawls", { mode: "immediate" });
  const next = clientOf(mock, "sk_test_new");
  const other = await next.create();
  expect((await next.get(`${widgets}/${other}`)).body.status).toBe("active");
});

test("a site that hangs goes on hanging, whatever way crawls run", async () => {
  const mock = checkedMock();
  await clientOf(mock).create({ site_url: "https://hang.test" });
  mock.crawls.set({ mode: "immediate" });
  expect(mock.clock.advance({ seconds: 1_000_000 }).happened).toEqual([]);
  expect(mock.crawls.end({ outcome: "succeeded" }).happened).toMatchObject([{ type: "crawl.succeeded" }]);
});

test("every running crawl can be ended at once, well or badly", async () => {
  const mock = checkedMock({ crawl: "manual" });
  const [one, other] = [clientOf(mock, key), clientOf(mock, "sk_test_two")];
  await Promise.all([one.create(), one.create(), other.create()]);
  expect(mock.world(key).crawls.end({ outcome: "failed" }).happened).toMatchObject([
    { type: "crawl.failed" },
    { type: "crawl.failed" },
  ]);
  expect((await controlOf(mock).post("/crawls/end", { outcome: "succeeded" })).body.happened).toMatchObject([
    { type: "crawl.succeeded", status: "active" },
  ]);
  expect((await controlOf(mock).post("/crawls/end", { outcome: "succeeded" })).body).toEqual({ happened: [] });
  expect((await controlOf(mock).post("/crawls/end", { outcome: "maybe" })).status).toBe(400);
});

test("an endpoint of every world gets the events of each, of those to come too, until it is removed", async () => {
  const { url, received } = await receiver();
  const mock = checkedMock();
  await clientOf(mock, key).create();
  const control = controlOf(mock);
  const { body: endpoint } = await control.post("/webhooks", { url });
  await clientOf(mock, "sk_test_new").create();
  await control.post("/clock/advance", { seconds: 60 });
  expect(received).toHaveLength(2);
  expect((await control.get("/webhooks")).body.endpoints).toEqual([endpoint]);
  expect((await controlOf(mock, key).get("/webhooks")).body.endpoints).toEqual([endpoint]);
  expect((await control.get("/deliveries")).body.deliveries).toHaveLength(2);
  await control.post(`/webhooks/${endpoint.id}/faults`, { drop: true });
  expect((await controlOf(mock, "sk_test_later").get("/webhooks")).body.endpoints).toMatchObject([
    { faults: { drop: true } },
  ]);
  expect((await control.call("DELETE", `/webhooks/${endpoint.id}`)).status).toBe(200);
  expect((await control.get("/webhooks")).body.endpoints).toEqual([]);
  expect((await control.call("DELETE", `/webhooks/${endpoint.id}`)).status).toBe(404);
});

test("a world begins anew with a scenario and a seed", async () => {
  const mock = checkedMock({ scenarios: known, crawl: "10s" });
  const control = controlOf(mock, key);
  expect((await control.post("/reset", { scenario: "one-of-each", seed: 42 })).status).toBe(200);
  const { data } = (await clientOf(mock).get(widgets)).body;
  expect(
    data.map(({ status, last_crawl }: { status: string; last_crawl: { status: string } }) => [
      status,
      last_crawl.status,
    ]),
  ).toEqual([
    ["draft", "running"],
    ["draft", "failed"],
    ["paused", "succeeded"],
    ["active", "succeeded"],
  ]);
  expect(mock.world(key).journal.list().requests).toHaveLength(1);
  expect(mock.world(key).clock.advance({ seconds: 10 }).happened).toMatchObject([
    { type: "crawl.succeeded", widget: data[0].id },
  ]);
  mock.world(key).reset({ scenario: "one-of-each", seed: 42 });
  expect((await clientOf(mock).get(widgets)).body.data).toEqual(data);
  mock.world(key).reset({ scenario: "one-of-each", seed: 43 });
  expect((await clientOf(mock).get(widgets)).body.data[0].id).not.toBe(data[0].id);
  await control.post("/reset");
  expect((await clientOf(mock).get(widgets)).body.data).toEqual([]);
});

test("every world can begin with a scenario, and nobody is told of what it did", async () => {
  const { url, received } = await receiver();
  const happened: unknown[] = [];
  const mock = checkedMock({
    scenarios: known,
    scenario: "mid-recrawl",
    webhooks: [{ url }],
    observer: { onHappening: (what) => happened.push(what) },
  });
  expect((await clientOf(mock, "sk_test_a").get(widgets)).body.data).toHaveLength(2);
  expect((await clientOf(mock, "sk_test_b").get(widgets)).body.data).toHaveLength(2);
  await mock.deliveries.settle();
  expect([received.length, happened.length]).toEqual([0, 0]);
  expect((await controlOf(mock).get("/health")).body.scenario).toBe("mid-recrawl");
  await controlOf(mock).post("/clock/advance", { seconds: 2 });
  expect(received.map(({ body }) => JSON.parse(body).type)).toEqual(Array(4).fill("widget.recrawled"));
  mock.reset({ scenario: "empty" });
  expect((await clientOf(mock, "sk_test_a").get(widgets)).body.data).toEqual([]);
});

test.each(
  Object.keys(publishedDocument["x-dialects"]).flatMap((dialect) =>
    Object.keys(scenarios).map((name) => [name, dialect]),
  ),
)("the scenario %s can be played in the dialect %s", async (scenario, dialect) => {
  const mock = checkedMock({ scenarios: known, scenario, dialect });
  expect((await clientOf(mock).get(widgets)).status).toBe(200);
});

test.each([
  [{ scenario: "one-of-eech" }, /did you mean "one-of-each"\?/],
  [{ seed: -1 }, /seed/],
  [{ sead: 1 }, /sead/],
])("a reset with %o is refused, and forgets nothing", async (options, says) => {
  const mock = checkedMock({ scenarios: known });
  const id = await clientOf(mock).create();
  const { status, body } = await controlOf(mock, key).post("/reset", options);
  expect(status).toBe(400);
  expect(body.detail).toMatch(says);
  expect(() => mock.reset(options as ResetOptions)).toThrow(new ControlError(body));
  expect((await clientOf(mock).get(`${widgets}/${id}`)).status).toBe(200);
});

test.each([
  [[{ kind: "call", operation: "createWidgets" }], /steps\[0\] cannot be played: there is no operation createWidgets/],
  [
    [{ kind: "call", operation: "createWidget", body: { name: "N" } }],
    /steps\[0\] .* rejected with validation_error.*site_url/,
  ],
  [
    [{ kind: "call", operation: "pauseWidget", widget: "nobody" }],
    /steps\[0\] .* no earlier step creates a widget nobody/,
  ],
  [
    [
      { kind: "call", operation: "createWidget", widget: "w", body: { name: "N", site_url: "https://n.example" } },
      { kind: "call", operation: "pauseWidget", widget: "w" },
    ],
    /steps\[1\] .* rejected with invalid_state/,
  ],
  [
    [
      {
        kind: "repeat",
        times: 3,
        steps: [
          {
            kind: "call",
            operation: "createWidget",
            widget: "w{n}",
            body: { name: "{n}", site_url: "https://{n}.example" },
          },
        ],
      },
      { kind: "repeat", times: 4, steps: [{ kind: "end-crawl", widget: "w{n}" }] },
    ],
    /steps\[1\]\.steps\[0\] cannot be played in run 4: .* widget w4/,
  ],
])("a scenario that cannot be played is refused at the start: %j", (steps, says) => {
  const scenario = { description: "Nothing good.", steps } as unknown as Scenarios[string];
  expect(() => createMock({ scenarios: { mine: scenario }, scenario: "mine" })).toThrow(OptionError);
  expect(() => createMock({ scenarios: { mine: scenario }, scenario: "mine" })).toThrow(says);
});

test("the scenarios are listed with what they are good for", async () => {
  const { body } = await controlOf(checkedMock({ scenarios: known })).get("/scenarios");
  expect(body.scenarios.map(({ name }: { name: string }) => name)).toEqual([
    ...new Set(["empty", ...Object.keys(scenarios)]),
  ]);
});

test("the control plane serves its own document", async () => {
  const { body } = await controlOf(checkedMock()).get("/openapi.json");
  expect(Object.keys(body.paths)).toContain("/_mock/openapi.json");
});
