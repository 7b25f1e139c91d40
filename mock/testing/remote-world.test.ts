import { describe, expect, onTestFinished, test } from "vitest";
import { widgets } from "../api-client.test-helper.ts";
import { createMock, type MockOptions } from "../index.ts";
import { listen } from "../server.ts";
import { receiver } from "../world/webhooks/receiver.test-helper.ts";
import { ControlError } from "./control-client.ts";
import { type RemoteWorld, remoteWorld } from "./remote-world.ts";

async function startWorld(options: MockOptions = {}): Promise<RemoteWorld> {
  const mock = createMock({ clock: "manual", ...options });
  const { url, close } = await listen(mock, 0, "127.0.0.1");
  onTestFinished(close);
  return remoteWorld(url, "sk_test_one");
}

/** A new widget's id, and the id of the request that made it. */
async function create({ fetch }: RemoteWorld): Promise<{ readonly id: string; readonly requestId: string }> {
  const body = JSON.stringify({ name: "Northwind Catering", site_url: "https://northwindcatering.example" });
  const response = await fetch(widgets, { method: "POST", body });
  return { id: (await response.json()).id, requestId: response.headers.get("request-id") ?? "" };
}

describe("the clock", () => {
  test("is moved in milliseconds, and tells what happened", async () => {
    const world = await startWorld();
    const { id } = await create(world);
    expect(await world.clock.advance(1_999.5)).toEqual([]);
    expect(await world.clock.advance(0.5)).toMatchObject([{ type: "crawl.succeeded", widget: id }]);
    expect(await world.clock.now()).toBe(Date.UTC(2026, 0, 1) + 2_000);
  });

  test("runs and stands still as it is told", async () => {
    const { clock } = await startWorld();
    expect(await clock.running()).toBe(false);
    await clock.resume();
    expect(await clock.running()).toBe(true);
    await clock.freeze();
    expect(await clock.running()).toBe(false);
  });
});

test("crawls end as they are told, all of them or one", async () => {
  const world = await startWorld();
  await world.crawls.change("manual");
  expect(await world.crawls.mode()).toBe("manual");
  const [first, second] = [await create(world), await create(world)];
  expect(await world.crawls.end("failed", second.id)).toMatchObject([{ type: "crawl.failed", widget: second.id }]);
  expect(await world.crawls.end("succeeded")).toMatchObject([{ type: "crawl.succeeded", widget: first.id }]);
});

test("webhooks go to an endpoint, and can be sent again", async () => {
  const world = await startWorld();
  const { url, received } = await receiver();
  const endpoint = await world.webhooks.addEndpoint({ url });
  const { id } = await create(world);
  await world.crawls.end("succeeded");
  await world.webhooks.settled();
  const [delivery] = await world.webhooks.deliveries();
  expect(delivery).toMatchObject({ endpoint, widget: id, event: "widget.ready", state: "delivered" });
  expect(delivery?.attempts).toMatchObject([{ at: Date.UTC(2026, 0, 1), status: 204 }]);
  expect(await world.webhooks.redeliver(delivery?.id ?? "")).toBe(true);
  expect(received.map(({ headers }) => headers["webhook-id"])).toEqual([delivery?.id, delivery?.id]);
  expect(await world.webhooks.redeliver("msg_x")).toBe(false);
});

describe("the journal", () => {
  test("tells what was answered, as in the mock's own process", async () => {
    const mock = createMock({ clock: "manual" });
    const { url, close } = await listen(mock, 0, "127.0.0.1");
    onTestFinished(close);
    const world = remoteWorld(url, "sk_test_one");
    const { requestId } = await create(world);
    await world.fetch(`${widgets}/wgt_x`);
    const local = mock.world("sk_test_one");
    const organization = expect.stringMatching(/^key_/);
    expect(await world.journal.entries()).toEqual(local.journal.entries().map((entry) => ({ ...entry, organization })));
    expect(await world.journal.entries({ status: 404 })).toMatchObject([{ operation: "getWidget" }]);
    await world.clock.advance(2_000);
    const happenings = local.journal.trace(requestId)?.happenings.map((one) => ({ ...one, organization }));
    expect(happenings).toHaveLength(2);
    expect(await world.journal.trace(requestId)).toMatchObject({ id: requestId, request: { requestId }, happenings });
    expect(await world.journal.trace("req_x")).toBeUndefined();
  });

  test("waits for answers to come", async () => {
    const world = await startWorld();
    const waiting = world.journal.waitFor(2, { operation: "createWidget" });
    await create(world);
    await create(world);
    expect(await waiting).toHaveLength(2);
    expect(await world.journal.waitFor(3, {}, 0)).toHaveLength(2);
    expect(await world.journal.waitFor(0)).toHaveLength(2);
  });
});

test("faults strike until they are cleared", async () => {
  const world = await startWorld();
  const first = await world.faults.add({ operation: "listWidgets", status: 503 });
  const second = await world.faults.add({ operation: "getWidget", connection: "reset" });
  expect((await world.fetch(widgets)).status).toBe(503);
  await expect(world.fetch(`${widgets}/wgt_x`)).rejects.toThrow(TypeError);
  expect(await world.faults.list()).toEqual([
    { ...first, hits: 1 },
    { ...second, hits: 1 },
  ]);
  await world.faults.clear(first.id);
  expect((await world.fetch(widgets)).status).toBe(200);
  await world.faults.clear();
  expect((await world.fetch(`${widgets}/wgt_x`)).status).toBe(404);
});

test("a world is taken back to what it was, or to its beginning", async () => {
  const world = await startWorld();
  const { id } = await create(world);
  const snapshot = await world.snapshot();
  await world.reset();
  expect((await world.fetch(`${widgets}/${id}`)).status).toBe(404);
  await world.restore(snapshot);
  expect((await world.fetch(`${widgets}/${id}`)).status).toBe(200);
});

describe("what the mock refuses is thrown with its reason", () => {
  test.each<[string, string, number, (world: RemoteWorld) => Promise<unknown>]>([
    ["a clock that goes backwards", "#/seconds must be at least 0", 400, ({ clock }) => clock.advance(-1)],
    ["a crawl that there is not", "wgt_x", 404, ({ crawls }) => crawls.end("failed", "wgt_x")],
    ["a fault that there is not", "There is no fault flt_x.", 404, ({ faults }) => faults.clear("flt_x")],
    ["a fault that does nothing", "this one would do nothing", 400, ({ faults }) => faults.add({})],
    ["a scenario that there is not", "nowhere", 400, ({ reset }) => reset({ scenario: "nowhere" })],
  ])("%s", async (_, reason, status, act) => {
    const error = await act(await startWorld()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ControlError);
    expect(error).toMatchObject({ status, message: expect.stringContaining(reason) });
  });

  test("and a mock that is gone is an error too", async () => {
    const { url, close } = await listen(createMock(), 0, "127.0.0.1");
    await close();
    await expect(remoteWorld(url, "sk_test_one").reset()).rejects.toThrow("ECONNREFUSED");
  });
});

test("a request's own headers win over those that are added", async () => {
  const world = await startWorld();
  const headers = { authorization: "Bearer sk_test_two", "content-type": "text/plain" };
  const other = await world.fetch(widgets, { method: "POST", headers, body: "{}" });
  expect(other.status).toBe(415);
  expect(await world.journal.entries()).toEqual([]);
});
