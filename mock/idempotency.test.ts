import { expect, test } from "vitest";
import { publishedDocument } from "../spec/published-document.ts";
import { clientOf, site, widgets } from "./api-client.test-helper.ts";
import { checkedMock } from "./checked-mock.test-helper.ts";
import { createMock } from "./index.ts";
import { readDocument } from "./testing/node.ts";

const fits = { name: "Northwind Catering", site_url: site };
const key = { "idempotency-key": "6f1f7f0e-3c39-4f57" };

test("the same create with the same key creates one widget and returns the same response", async () => {
  const api = clientOf(checkedMock());
  const first = await api.post(widgets, fits, key);
  const again = await api.post(widgets, fits, key);
  expect(again).toMatchObject({ status: 201, body: first.body });
  expect(again.headers.get("location")).toBe(first.headers.get("location"));
  expect(first.headers.get("idempotency-replayed")).toBeNull();
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  expect((await api.get(widgets)).body.data).toHaveLength(1);
});

test("a key that was used for another body or another path is rejected", async () => {
  const api = clientOf(checkedMock());
  await api.post(widgets, fits, key);
  const other = await api.post(widgets, { ...fits, name: "Southwind" }, key);
  expect(other).toMatchObject({ status: 422, body: { code: "idempotency_mismatch" } });
  expect((await api.post(`${widgets}/wgt_x/pause`, undefined, key)).status).toBe(422);
});

test("a key expires after 24 hours, and belongs to one organization", async () => {
  const mock = checkedMock();
  const api = clientOf(mock);
  const { body } = await api.post(widgets, fits, key);
  mock.clock.advance({ seconds: 24 * 3600 - 0.001 });
  expect((await api.post(widgets, fits, key)).body.id).toBe(body.id);
  mock.clock.advance({ seconds: 0.001 });
  expect((await api.post(widgets, fits, key)).body.id).not.toBe(body.id);
  expect(
    (await clientOf(mock, "sk_test_other").post(widgets, fits, key)).headers.get("idempotency-replayed"),
  ).toBeNull();
});

test("a rejection is not stored: a retry is performed again", async () => {
  const mock = checkedMock();
  const api = clientOf(mock);
  const id = await api.create();
  expect((await api.post(`${widgets}/${id}/pause`, undefined, key)).status).toBe(409);
  mock.clock.advance({ seconds: 2 });
  expect((await api.post(`${widgets}/${id}/pause`, undefined, key)).status).toBe(200);
});

test.each([
  ["a".repeat(256), "Idempotency-Key must have at most 255 characters."],
  ["two words", "Idempotency-Key must look like 6f1f7f0e-3c39-4f57-9f0a-1f7e3f0f2b11."],
])("the invalid key %s is rejected in words", async (value, detail) => {
  const { status, body } = await clientOf(checkedMock()).post(widgets, fits, { "idempotency-key": value });
  expect([status, body.detail]).toEqual([400, `Invalid request: ${detail}`]);
  expect(body.errors).toMatchObject([{ parameter: "Idempotency-Key" }]);
});

test("the document names the header of the key", async () => {
  const renamed = JSON.parse(JSON.stringify(publishedDocument).replaceAll("Idempotency-Key", "X-Retry-Token"));
  const api = clientOf(createMock({ clock: "manual", document: await readDocument(renamed) }));
  const token = { "x-retry-token": "1" };
  const first = await api.post(widgets, fits, token);
  expect((await api.post(widgets, fits, token)).body).toEqual(first.body);
  expect((await api.post(widgets, fits, key)).body.id).not.toBe(first.body.id);
});

test("a dialect may ignore keys", async () => {
  const api = clientOf(checkedMock({ dialect: { "A-IDEM-1": "ignore" } }));
  await api.post(widgets, fits, key);
  await api.post(widgets, fits, key);
  expect((await api.get(widgets)).body.data).toHaveLength(2);
});

test.each(["", "a b", "a,b", "x".repeat(256)])("the key %j is rejected, and the header named", async (value) => {
  const api = clientOf(checkedMock());
  const { status, body } = await api.post(widgets, fits, { "idempotency-key": value });
  expect(status).toBe(400);
  expect(body.code).toBe("validation_error");
  expect((await api.get(widgets)).body.data).toEqual([]);
});

test("a key whose first request is still running is refused, and replays when it has ended", async () => {
  const mock = checkedMock();
  const api = clientOf(mock);
  mock.faults.add({ latencyMs: 20, calls: 2 });
  const create = () => api.post(widgets, { name: "x", site_url: site }, { "idempotency-key": "k" });
  const [first, second] = await Promise.all([create(), create()]);
  expect([first.status, second.status, second.body.code]).toEqual([201, 409, "idempotency_in_flight"]);
  const third = await create();
  expect([third.status, third.body.id, third.headers.get("idempotency-replayed")]).toEqual([
    201,
    first.body.id,
    "true",
  ]);
});
