import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { widgets } from "../api-client.test-helper.ts";
import type { MockControls, RemoteControls } from "../controls/control-groups.ts";
import { listen } from "../http/listen.ts";
import { ControlError, createMock, type MockOptions } from "../index.ts";
import { receiver } from "../world/webhooks/receiver.test-helper.ts";
import { type RemoteWorld, remoteWorld } from "./remote-world.ts";

const key = "sk_test_one";

/** A world of a mock that listens, and the controls that the mock's own process has of it. */
async function startMock(options: MockOptions = {}) {
  const mock = createMock({ clock: "manual", ...options });
  const { url, close } = await listen(mock);
  onTestFinished(close);
  return { url, local: mock.world(key), world: remoteWorld(url, key) };
}

/** A new widget's id, and the id of the request that created it. */
async function create({ fetch }: RemoteWorld): Promise<{ readonly id: string; readonly requestId: string }> {
  const body = JSON.stringify({ name: "Northwind Catering", site_url: "https://northwindcatering.example" });
  const response = await fetch(widgets, { method: "POST", body });
  return { id: (await response.json()).id, requestId: response.headers.get("request-id") ?? "" };
}

test("the clock is advanced, frozen and resumed", async () => {
  const { world } = await startMock();
  const { id } = await create(world);
  expect((await world.clock.advance({ seconds: 1.9995 })).happened).toEqual([]);
  expect(await world.clock.advance({ seconds: 0.0005 })).toMatchObject({
    now: "2026-01-01T00:00:02.000Z",
    happened: [{ type: "crawl.succeeded", widget: id }],
  });
  expect((await world.clock.resume()).running).toBe(true);
  expect((await world.clock.freeze()).running).toBe(false);
  expect((await world.clock.get()).running).toBe(false);
});

test("crawls are ended, one or all", async () => {
  const { world } = await startMock();
  expect(await world.crawls.set({ mode: "manual" })).toEqual({ mode: "manual" });
  const [first, second] = [await create(world), await create(world)];
  expect(await world.widgets.endCrawl({ id: second.id, outcome: "failed" })).toMatchObject({ type: "crawl.failed" });
  const { happened } = await world.crawls.end({ outcome: "succeeded" });
  expect(happened).toMatchObject([{ type: "crawl.succeeded", widget: first.id }]);
});

test("webhooks are delivered to an endpoint, and resent", async () => {
  const { world } = await startMock();
  const { url, received } = await receiver();
  const endpoint = await world.webhooks.add({ url });
  const { id } = await create(world);
  await world.crawls.end({ outcome: "succeeded" });
  const [delivery] = (await world.deliveries.settle()).deliveries;
  expect(delivery).toMatchObject({
    endpoint: endpoint.id,
    widget: id,
    event: "widget.ready",
    state: "delivered",
    attempts: [{ at: "2026-01-01T00:00:00.000Z", status: 204 }],
  });
  const again = await world.deliveries.resend({ delivery_id: delivery?.id ?? "" });
  expect(again.attempts).toHaveLength(2);
  expect(received.map(({ headers }) => headers["webhook-id"])).toEqual([delivery?.id, delivery?.id]);
});

test("requests are waited for, and traced", async () => {
  const { world } = await startMock();
  const waiting = world.journal.list({ wait_for: 2, operation: "createWidget" });
  const { requestId } = await create(world);
  await create(world);
  expect((await waiting).requests).toHaveLength(2);
  expect((await world.journal.list({ wait_for: 3, timeout_seconds: 0 })).requests).toHaveLength(2);
  expect(await world.journal.trace({ request_id: requestId })).toMatchObject({
    request: { request_id: requestId, operation: "createWidget" },
    happened: [{ type: "widget.moved" }],
  });
});

test("faults are applied until they are removed", async () => {
  const { world } = await startMock();
  const first = await world.faults.add({ operation: "listWidgets", status: 503 });
  const second = await world.faults.add({ operation: "getWidget", connection: "reset" });
  expect((await world.fetch(widgets)).status).toBe(503);
  await expect(world.fetch(`${widgets}/wgt_x`)).rejects.toThrow(TypeError);
  const { faults } = await world.faults.list();
  expect(faults.map(({ id, hits }) => [id, hits])).toEqual([
    [first.id, 1],
    [second.id, 1],
  ]);
  await world.faults.remove({ fault_id: first.id });
  expect((await world.fetch(widgets)).status).toBe(200);
  await world.faults.clear();
  expect((await world.fetch(`${widgets}/wgt_x`)).status).toBe(404);
});

test("a world is restored from a snapshot, or reset", async () => {
  const { world } = await startMock();
  const { id } = await create(world);
  const snapshot = await world.snapshot.export();
  await world.reset();
  expect((await world.fetch(`${widgets}/${id}`)).status).toBe(404);
  await world.snapshot.restore(snapshot);
  expect((await world.fetch(`${widgets}/${id}`)).status).toBe(200);
});

describe("a control returns the same in the mock's process and over HTTP", () => {
  test.each<[string, (controls: MockControls | RemoteControls, created: { id: string; requestId: string }) => unknown]>(
    [
      ["clock.get", ({ clock }) => clock.get()],
      ["crawls.get", ({ crawls }) => crawls.get()],
      ["journal.list", ({ journal }) => journal.list({ operation: "createWidget", status: 201, limit: 1 })],
      ["journal.trace", ({ journal }, { requestId }) => journal.trace({ request_id: requestId })],
      ["widgets.inspect", (controls, { id }) => controls.widgets.inspect({ id })],
      ["deliveries.list", ({ deliveries }) => deliveries.list()],
      ["webhooks.list", ({ webhooks }) => webhooks.list()],
      ["faults.list", ({ faults }) => faults.list()],
      ["usage.list", ({ usage }) => usage.list()],
      ["scenarios.list", ({ scenarios }) => scenarios.list()],
      ["snapshot.export", ({ snapshot }) => snapshot.export()],
      ["health", ({ health }) => health()],
    ],
  )("%s", async (_, control) => {
    const { url } = await receiver();
    const { local, world } = await startMock({ webhooks: [{ url }] });
    await world.faults.add({ latencyMs: { min: 0, max: 1 } });
    const created = await create(world);
    await world.clock.advance({ seconds: 2 });
    const returned = await control(local, created);
    expect(await control(world, created)).toEqual(returned);
    // Plain data: nothing is lost on the way through JSON.
    expect(JSON.parse(JSON.stringify(returned))).toStrictEqual(returned);
  });
});

describe("what is rejected is thrown with the same reason in the mock's process and over HTTP", () => {
  type Attempt = (controls: MockControls | RemoteControls) => unknown;
  const late: Attempt = ({ clock }) => clock.advance({ seconds: 300_000_000 });
  const endNone: Attempt = (controls) => controls.widgets.endCrawl({ id: "wgt_x", outcome: "failed" });
  const unknownOperation: Attempt = ({ faults }) => faults.add({ operation: "createWidgets", status: 503 });
  const typo: Attempt = ({ journal }) => journal.list({ operaton: "x" } as never);
  const oldSnapshot: Attempt = ({ snapshot }) =>
    snapshot.restore({ snapshot: 99, version: "", dialect: "", document: "", checksum: "", state: {} });
  test.each<[string, number, string, Attempt]>([
    ["#/seconds must be", 400, "validation_error", ({ clock }) => clock.advance({ seconds: -1 })],
    ["secs", 400, "validation_error", ({ clock }) => clock.advance({ secs: 1 } as never)],
    ["seconds is too large: the clock cannot go beyond 9999-12-31T23:59:59.999Z", 400, "validation_error", late],
    ["wgt_x", 404, "not_found", endNone],
    ["There is no fault flt_x.", 404, "not_found", ({ faults }) => faults.remove({ fault_id: "flt_x" })],
    ["fault_id must be a string", 400, "validation_error", ({ faults }) => faults.remove({} as never)],
    ["this one would do nothing", 400, "validation_error", ({ faults }) => faults.add({})],
    ['unknown operation "createWidgets", did you mean "createWidget"?', 400, "validation_error", unknownOperation],
    ["nowhere", 400, "validation_error", ({ reset }) => reset({ scenario: "nowhere" })],
    ["limit must be", 400, "validation_error", ({ journal }) => journal.list({ limit: 0 })],
    ['unknown property "operaton", did you mean "operation"?', 400, "validation_error", typo],
    ["the snapshot has format 99", 409, "snapshot_rejected", oldSnapshot],
    ["There is no delivery msg_x", 404, "not_found", ({ deliveries }) => deliveries.resend({ delivery_id: "msg_x" })],
    ["whsec_", 400, "validation_error", ({ webhooks }) => webhooks.add({ url: "http://127.0.0.1", secret: "x" })],
  ])("%s", async (reason, status, code, attempt) => {
    const { local, world } = await startMock({ clock: "manual@9995-01-01T00:00:00Z" });
    const thrown = await Promise.resolve()
      .then(() => attempt(local))
      .catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(ControlError);
    expect(await Promise.resolve(attempt(world)).catch((error: unknown) => error)).toEqual(thrown);
    expect(thrown).toMatchObject({ status, code, message: expect.stringContaining(reason) });
  });
});

describe("a mock that cannot be controlled", () => {
  test("is not running", async () => {
    const { url, close } = await listen(createMock());
    await close();
    await expect(remoteWorld(url, key).reset()).rejects.toThrow("ECONNREFUSED");
  });

  test("is no mock", async () => {
    const server = createServer((_, response) => response.writeHead(404).end("<h1>Not Found</h1>"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(remoteWorld(url, key).reset()).rejects.toThrow("is not the URL of a running widgets-mock");
  });

  test("needs its control token", async () => {
    const { url } = await startMock({ controlToken: "s3cret" });
    await expect(remoteWorld(url, key).clock.get()).rejects.toMatchObject({ code: "control_token_needed" });
    const wrong = remoteWorld(url, key, { controlToken: "other" });
    await expect(wrong.clock.get()).rejects.toMatchObject({ code: "control_token_wrong" });
    expect(await remoteWorld(url, key, { controlToken: "s3cret" }).clock.get()).toMatchObject({ running: false });
  });
});

test("headers that are given take precedence over those that are added", async () => {
  const { world } = await startMock();
  const headers = { authorization: "Bearer sk_test_two", "content-type": "text/plain" };
  const other = await world.fetch(widgets, { method: "POST", headers, body: "{}" });
  expect(other.status).toBe(415);
  expect((await world.journal.list()).requests).toEqual([]);
});
