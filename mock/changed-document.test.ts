import { expect, test } from "vitest";
import { type Json, type JsonObject, mergePatch } from "../spec/merge-patch.ts";
import { publishedDocument } from "../spec/published-document.ts";
import { clientOf, site, widgets } from "./api-client.test-helper.ts";
import { createMock } from "./index.ts";
import { DocumentError, readDocument } from "./testing/node.ts";

const northwind = { name: "Northwind Catering", site_url: site };

function changed(patch: JsonObject): JsonObject {
  return mergePatch(publishedDocument as unknown as Json, patch) as JsonObject;
}

test("a mock serves a changed document that was read before", async () => {
  const document = await readDocument(changed({ components: { schemas: { WidgetName: { maxLength: 5 } } } }));
  const mock = createMock({ clock: "manual", document });
  const { status, body } = await clientOf(mock).post(widgets, northwind);
  expect([status, body.errors]).toEqual([400, [expect.objectContaining({ pointer: "#/name", code: "maxLength" })]]);
  const served = await (await mock.fetch("http://mock.test/openapi.json")).json();
  expect(served.components.schemas.WidgetName.maxLength).toBe(5);
});

test("its paths may be others", async () => {
  const moved = JSON.parse(JSON.stringify(publishedDocument).replaceAll("/api/v1/", "/v2/"));
  const mock = createMock({ clock: "manual", document: await readDocument(moved) });
  const api = clientOf(mock);
  const created = await api.post("/v2/widgets", northwind);
  const { pathname } = new URL(created.headers.get("location") ?? "", "http://mock.test");
  expect((await api.delete(pathname)).status).toBe(204);
  expect((await api.get(widgets)).body.detail).toContain("/v2/widgets");
});

test("a request is about the widget that its path names, whatever the path is called", async () => {
  const moved = JSON.parse(JSON.stringify(publishedDocument).replaceAll("/api/v1/widgets", "/v2/assistants"));
  const mock = createMock({ clock: "manual", document: await readDocument(moved) });
  const api = clientOf(mock);
  const { id } = (await api.post("/v2/assistants", northwind)).body;
  await api.get(`/v2/assistants/${id}`);
  await api.get("/v2/assistants");
  const { requests } = mock.journal.list({ widget: id });
  expect(requests.map(({ operation, widget }) => [operation, widget])).toEqual([
    ["createWidget", id],
    ["getWidget", id],
  ]);
});

test("what the mock does not understand is refused with its place", async () => {
  const reading = readDocument(changed({ components: { schemas: { Voice: { maxLenght: 5 } } } }));
  await expect(reading).rejects.toThrow(DocumentError);
  await expect(reading).rejects.toThrow('#/components/schemas/Voice/maxLenght: unsupported keyword "maxLenght"');
  await expect(readDocument("/nowhere/openapi.json")).rejects.toThrow("no such file");
});

test("a document that was not read, or was changed since, is refused", async () => {
  const read = await readDocument(publishedDocument);
  for (const document of [publishedDocument, { ...read }, {}, "openapi.json"]) {
    expect(() => createMock({ document: document as never })).toThrow(
      /^document must be what readDocument of widgets-mock\/node returns, got /,
    );
  }
});
