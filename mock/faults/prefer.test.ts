import { expect, test } from "vitest";
import { operationsOf } from "../../spec/operations.ts";
import { clientOf, widgets } from "../api-client.test-helper.ts";
import { checkedMock } from "../checked-mock.test-helper.ts";

test.each([
  "default",
  "documented-only",
  "hostile",
])("in the dialect %s every documented response of every operation can be preferred, and nothing is performed", async (dialect) => {
  const mock = checkedMock({ dialect });
  const api = clientOf(mock);
  const id = await api.create();
  const before = JSON.stringify((await api.get(widgets)).body);
  for (const operation of operationsOf(mock.dialect.document)) {
    const path = operation.path.replace("{id}", id).replace("{conversation_id}", "cnv_1");
    for (const status of [...operation.responses.keys()].filter((one) => one !== operation.success)) {
      const answer = await api.call(operation.method, path, undefined, { prefer: `code=${status}` });
      expect([operation.id, answer.status]).toEqual([operation.id, status]);
      expect(answer.headers.get("preference-applied")).toBe(`code=${status}`);
    }
  }
  expect(JSON.stringify((await api.get(widgets)).body)).toBe(before);
});

test("the documented outage is preferred by its code, and names its assumptions", async () => {
  const { status, headers, body } = await clientOf(checkedMock()).get(widgets);
  expect(status).toBe(200);
  const asked = await clientOf(checkedMock()).call("GET", widgets, undefined, { prefer: "respond-async, code=503" });
  expect(asked).toMatchObject({
    status: 503,
    body: { code: "unavailable", request_id: asked.headers.get("request-id") },
  });
  expect(asked.headers.get("widgets-mock")).toContain("A-OUT-1");
  expect(headers.get("preference-applied")).toBeNull();
  expect(body.data).toEqual([]);
});

test("one of several examples is preferred by its name", async () => {
  const api = clientOf(checkedMock());
  const id = await api.create();
  const path = `/api/v1/public/widgets/${id}/conversations`;
  const code = async (prefer: string) => (await api.post(path, {}, { prefer })).body.code;
  expect(await code("code=409, example=draft")).toBe("widget_not_ready");
  expect(await code('code="409"; example="paused"')).toBe("widget_paused");
});

test("with the status of success the operation is performed", async () => {
  const api = clientOf(checkedMock());
  const body = { name: "Northwind Catering", site_url: "https://northwindcatering.example" };
  expect((await api.post(widgets, body, { prefer: "code=201" })).status).toBe(201);
  expect((await api.get(widgets)).body.data).toHaveLength(1);
});

test.each([
  ["code=418", /must be one of 200, 400, 401/],
  ["code=abc", /must be one of 200/],
  ["code=409", /must be one of 200/],
  ["code=429, example=none", /example must be one of limited/],
])("Prefer: %s is rejected with the available responses", async (prefer, says) => {
  const { status, body } = await clientOf(checkedMock()).call("GET", widgets, undefined, { prefer });
  expect({ status, code: body.code }).toEqual({ status: 400, code: "validation_error" });
  expect(body.detail).toMatch(says);
  expect(body.errors).toMatchObject([{ parameter: "Prefer" }]);
});

test("a preference needs an API key, and other preferences are ignored", async () => {
  const api = clientOf(checkedMock());
  expect((await api.call("GET", widgets, undefined, { prefer: "code=503", authorization: "" })).status).toBe(401);
  expect((await api.call("GET", widgets, undefined, { prefer: "return=minimal; wait=5" })).status).toBe(200);
});
