import { expect, onTestFinished, test, vi } from "vitest";
import { operationsOf } from "../../spec/operations.ts";
import { publishedDocument } from "../../spec/published-document.ts";
import { clientOf } from "../api-client.test-helper.ts";
import { withDefaultBounds } from "../bounds.ts";
import { controlOf } from "../control-plane/control-client.test-helper.ts";
import { createMock, type MockOptions, OptionError } from "../index.ts";
import { receiver } from "../world/webhooks/receiver.test-helper.ts";
import { Organizations } from "./organizations.ts";
import { QuotaMeter } from "./quota-meter.ts";

const widgets = "http://mock.test/api/v1/widgets";
const northwind = JSON.stringify({ name: "Northwind", site_url: "https://northwindcatering.example" });

/** A mock that holds a partner to its quotas, as one on another machine reaches it. */
function limited(quotas: NonNullable<MockOptions["quotas"]>, options: MockOptions = {}) {
  // Unchecked: as for bounds, the document of the API has no such answers.
  const mock = createMock({ clock: "manual", crawl: "immediate", controlToken: "s3cret", ...options });
  const { key } = mock.keys.create({ organization: "acme" });
  mock.organizations.setQuotas({ organization: "acme", ...quotas });
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const send = async (path: string, body?: string) => {
    const response = await mock.fetch(path, { headers, ...(body !== undefined && { method: "POST", body }) });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  return { mock, key, send, control: controlOf(mock, key) };
}

test("widgets: one more is rejected by the name of the quota, and a deleted one makes room", async () => {
  const { mock, key, send, control } = limited({ widgets: 1 });
  const { body } = await send(widgets, northwind);
  const rejected = await send(widgets, northwind);
  expect(rejected).toMatchObject({ status: 403, body: { code: "quota_reached", quota: "widgets" } });
  expect(rejected.body.detail).toContain("quota widgets: at most 1");
  expect((await control.get("/usage")).body.quotas).toContainEqual({ quota: "widgets", used: 1, limit: 1 });
  await mock.fetch(`${widgets}/${body.id}`, { method: "DELETE", headers: { authorization: `Bearer ${key}` } });
  expect((await send(widgets, northwind)).status).toBe(201);
  const other = mock.keys.create({ organization: "bakery" });
  await clientOf(mock, other.key).create();
  await clientOf(mock, other.key).create();
});

test("requests: a second's worth may come at once, and one more gets 429, of the control plane too", async () => {
  let now = 1000;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => now);
  onTestFinished(() => clock.mockRestore());
  const { send, control } = limited({ requests_per_second: 3 });
  for (let n = 0; n < 3; n++) expect((await send(widgets)).status).toBe(200);
  const rejected = await send(widgets);
  expect(rejected).toMatchObject({ status: 429, body: { code: "quota_reached", quota: "requests_per_second" } });
  expect(rejected.headers.get("retry-after")).toBe("1");
  expect((await control.get("/clock")).status).toBe(429);
  now += 334;
  expect((await send(widgets)).status).toBe(200);
  expect((await send(widgets)).status).toBe(429);
  now += 1000;
  expect((await control.get("/usage")).body.quotas[0]).toEqual({ quota: "requests_per_second", used: 1, limit: 3 });
});

test("conversations: a visitor is told the quota", async () => {
  const { send, control } = limited({ conversations: 1 });
  const { body } = await send(widgets, northwind);
  await control.post("/clock/advance", { seconds: 1 });
  const { path = "" } = operationsOf(publishedDocument).find(({ id }) => id === "startConversation") ?? {};
  const begin = () => send(`http://mock.test${path.replace("{id}", body.id)}`, "{}");
  expect((await begin()).status).toBe(201);
  expect(await begin()).toMatchObject({ status: 403, body: { quota: "conversations" } });
});

test("endpoints: those of every organization do not count, and a snapshot brings no more either", async () => {
  const { mock, key, control } = limited({ endpoints: 1 }, { webhooks: [{ url: "http://127.0.0.1:9/all" }] });
  const add = (path: string) => control.post("/webhooks", { url: `http://127.0.0.1:9/${path}` });
  expect((await add("one")).status).toBe(200);
  expect(await add("two")).toMatchObject({ status: 403, body: { quota: "endpoints" } });
  mock.organizations.setQuotas({ organization: "acme" });
  expect((await add("two")).status).toBe(200);
  const snapshot = mock.world(key).snapshot.export();
  mock.organizations.setQuotas({ organization: "acme", endpoints: 1 });
  expect(await control.call("PUT", "/snapshot", snapshot)).toMatchObject({ status: 403, body: { quota: "endpoints" } });
});

test("deliveries: attempts beyond the quota of a day are not made, whatever a partner resets or resends", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 5, 1) });
  onTestFinished(() => void vi.useRealTimers());
  const { url, received } = await receiver();
  const { send, control } = limited({ deliveries_per_day: 1 });
  await control.post("/webhooks", { url });
  await send(widgets, northwind);
  await send(widgets, northwind);
  await control.post("/clock/advance", { seconds: 1 });
  const [first, second] = (await control.get("/deliveries")).body.deliveries;
  expect([received.length, first.state, second.state]).toEqual([1, "delivered", "pending"]);
  expect(second.attempts[0].error).toContain("deliveries_per_day");
  const resent = await control.post(`/deliveries/${first.id}/resend`);
  expect(resent).toMatchObject({ status: 403, body: { quota: "deliveries_per_day" } });
  await control.post("/reset");
  expect((await control.get("/usage")).body.quotas).toContainEqual({ quota: "deliveries_per_day", used: 1, limit: 1 });
  vi.setSystemTime(Date.UTC(2026, 5, 2));
  expect((await control.get("/usage")).body.quotas).toContainEqual({ quota: "deliveries_per_day", used: 0, limit: 1 });
});

test("snapshots: a larger one is neither exported nor restored", async () => {
  const { mock, key, control } = limited({ snapshot_bytes: 100 });
  const snapshot = mock.world(key).snapshot.export();
  expect(await control.get("/snapshot")).toMatchObject({ status: 403, body: { quota: "snapshot_bytes" } });
  const restored = await control.call("PUT", "/snapshot", snapshot);
  expect(restored).toMatchObject({ status: 403, body: { quota: "snapshot_bytes" } });
  mock.organizations.setQuotas({ organization: "acme", snapshot_bytes: 1_000_000 });
  expect((await control.get("/snapshot")).status).toBe(200);
  expect((await control.call("PUT", "/snapshot", snapshot)).status).toBe(200);
});

test("a default quota holds for every organization that has no other, and not for what a scenario begins with", async () => {
  const { send, mock } = limited({ widgets: 2 }, { quotas: { widgets: 0 }, scenario: "one-of-each" });
  expect((await send(widgets)).status).toBe(200);
  expect((await send(widgets, northwind)).body.quota).toBe("widgets");
  const other = mock.keys.create({ organization: "bakery" });
  const response = await mock.fetch(widgets, {
    method: "POST",
    headers: { authorization: `Bearer ${other.key}`, "content-type": "application/json" },
    body: northwind,
  });
  expect(response.status).toBe(403);
});

test.each([
  [{ widget: 3 }, "quotas"],
  [{ widgets: -1 }, "quotas.widgets"],
  [{ widgets: "3" }, "quotas.widgets"],
])("createMock({ quotas: %j }) is rejected", (quotas, field) => {
  let error: unknown;
  try {
    createMock({ quotas: quotas as never });
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(OptionError);
  expect((error as OptionError).field).toBe(field);
});

test("a rate that several processes share leaves each what the others have not used, and an equal share at least", () => {
  const admitted = (perSecond: number, processes: number) => {
    const meter = new QuotaMeter(new Organizations(withDefaultBounds({})), { requests_per_second: 20 });
    meter.shared = {
      requestsOfOthers: () => ({ perSecond, processes }),
      deliveriesOf: () => 0,
      takeDelivery: async () => true,
    };
    let count = 0;
    try {
      for (; count < 100; count++) meter.takeRequest("acme");
    } catch {
      // The next one is too many.
    }
    return count;
  };
  expect(admitted(0, 0)).toBe(20);
  expect(admitted(5, 1)).toBe(15);
  expect(admitted(400, 1)).toBe(10);
  expect(admitted(400, 3)).toBe(5);
});
