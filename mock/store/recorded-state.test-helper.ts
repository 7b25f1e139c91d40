import { expect } from "vitest";
import { clientOf, site, widgets } from "../api-client.test-helper.ts";
import type { MockOptions } from "../options.ts";
import type { StoredMock } from "./open-mock.ts";

/** The options with which states are recorded, and opened. */
export const recordedOptions: MockOptions = { clock: "manual", crawl: "2s", seed: 7 };

const visitors = "/api/v1/public/widgets";
/** Nothing listens there. */
const url = "http://127.0.0.1:9/hook";
const newWidget = (name: string) => ({ name, site_url: site });

/** Leaves something of every kind that a store keeps. Gives what goes on with it after the mock was opened again. */
export async function writeState(mock: StoredMock): Promise<(again: StoredMock) => Promise<void>> {
  const client = clientOf(mock);
  await client.post("/_mock/webhooks", { url });
  const talking = await client.create({ name: "Talking" });
  const paused = await client.post(widgets, newWidget("Paused"), { "idempotency-key": "once" });
  const gone = await client.create({ name: "Gone" });
  await client.post("/_mock/clock/advance", { seconds: 2 });
  await mock.fetch("http://mock.test/_mock/settle", { method: "POST" });
  await client.post(`${widgets}/${paused.body.id}/pause`);
  await client.delete(`${widgets}/${gone}`);
  const { id, token } = (await client.post(`${visitors}/${talking}/conversations`)).body;
  const messages = `${visitors}/${talking}/conversations/${id}/messages`;
  await clientOf(mock, token).post(messages, { text: "First" });
  await client.post("/_mock/faults", { operation: "listWidgets", rateLimit: { limit: 3, windowSeconds: 3600 } });
  await client.get(widgets);
  await client.post("/_mock/sites/change", { site_url: site });
  await control(mock, "POST", "faults", { operation: "deleteWidget", status: 500, calls: 2 });
  await control(mock, "POST", "organizations/partner/keys");
  await control(mock, "PUT", "organizations/partner/quotas", { widgets: 5 });
  return async (again) => {
    await clientOf(again, token).post(messages, { text: "Second" });
    await clientOf(again).patch(`${widgets}/${talking}`, { persona: "Changed" });
    await clientOf(again).create({ name: "Crawling" });
  };
}

async function control(mock: StoredMock, method: string, path: string, body?: object) {
  const init = { method, headers: { "content-type": "application/json" }, ...(body && { body: JSON.stringify(body) }) };
  const answer = await mock.fetch(`http://mock.test/_mock/${path}`, init);
  expect([path, answer.status]).toEqual([path, 200]);
  return await answer.json();
}

/** Expects of a mock all that `writeState` has left, and that it goes on from there. */
export async function expectState(mock: StoredMock): Promise<void> {
  const client = clientOf(mock);
  const { data } = (await client.get(widgets)).body;
  expect(data).toMatchObject([
    { name: "Crawling", status: "draft" },
    { name: "Paused", status: "paused" },
    { name: "Talking", status: "active", persona: "Changed" },
  ]);
  const [crawling, paused, talking] = data;
  // The second and the third call of the hour were its last ones.
  expect([(await client.get(widgets)).status, (await client.get(widgets)).status]).toEqual([200, 429]);

  const inspected = (await client.get(`/_mock/widgets/${talking.id}`)).body;
  expect(inspected.conversations).toMatchObject([{ messages: [{ text: "First" }, {}, { text: "Second" }, {}] }]);
  const used = (await client.get("/_mock/usage")).body.usage_records as { readonly kind: string }[];
  expect(used.map(({ kind }) => kind)).toEqual(["crawl", "crawl", "crawl", "conversation", "message", "message"]);
  const { deliveries } = (await client.get("/_mock/deliveries")).body;
  expect(deliveries).toMatchObject(
    Array(3).fill({ event: "widget.ready", attempts: [{ error: expect.stringContaining("ECONNREFUSED") }] }),
  );
  const { requests } = (await client.get("/_mock/requests")).body;
  expect((requests as { operation: string }[]).map(({ operation }) => operation)).toContain("pauseWidget");

  const replayed = await client.post(widgets, newWidget("Paused"), { "idempotency-key": "once" });
  expect([replayed.status, replayed.body.id]).toEqual([201, paused.id]);
  expect((await client.delete(`${widgets}/${paused.id}`)).status).toBe(500);
  const { organizations } = await control(mock, "GET", "organizations");
  const partner = { organization: "partner", keys: [expect.anything()], quotas: { widgets: 5 } };
  expect(organizations).toContainEqual(expect.objectContaining(partner));

  // The crawl ends in its time, and no id is given twice.
  await client.post("/_mock/clock/advance", { seconds: 2 });
  expect((await client.get(`${widgets}/${crawling.id}`)).body.status).toBe("active");
  expect((data as { id: string }[]).map(({ id }) => id)).not.toContain(await client.create());
}
