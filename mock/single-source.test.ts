import { afterEach, expect, test } from "vitest";
import type { WidgetsDocument } from "../spec/document.ts";
import { type Json, mergePatch } from "../spec/merge-patch.ts";
import { publishedDocument as published } from "../spec/published-document.ts";
import { clientOf, site, widgets } from "./api-client.test-helper.ts";
import type { Mock } from "./index.ts";
import { createMockOf } from "./mock.ts";

/** A mock of the document with a change, as if it stood in spec/. */
function mockWith(change: Json): Mock {
  const mock = createMockOf(mergePatch(published as unknown as Json, change) as unknown as WidgetsDocument, {
    clock: "manual",
  });
  open.push(mock);
  return mock;
}
const open: Mock[] = [];
afterEach(() => {
  for (const mock of open.splice(0)) mock.close();
});

const create = { name: "Northwind Catering", site_url: site };

test("a member added to the document is written, read, validated and has its default, without code", async () => {
  const member = { type: "string", enum: ["calm", "brisk"], default: "calm" };
  const api = clientOf(
    mockWith({
      components: {
        schemas: {
          WidgetConfiguration: { properties: { tempo: member } },
          WidgetUpdate: { properties: { tempo: { anyOf: [member, { type: "null" }] } } },
        },
      },
    }),
  );
  const { body } = await api.post(widgets, create);
  expect(body.tempo).toBe("calm");
  expect((await api.patch(`${widgets}/${body.id}`, { tempo: "brisk" })).body.tempo).toBe("brisk");
  expect((await api.patch(`${widgets}/${body.id}`, { tempo: null })).body.tempo).toBe("calm");
  expect((await api.post(widgets, { ...create, tempo: "wild" })).body.errors).toMatchObject([
    { pointer: "#/tempo", code: "enum" },
  ]);
});

test("a limit changed in the document is the mock's limit", async () => {
  const api = clientOf(
    mockWith({
      components: {
        schemas: { WidgetConfiguration: { properties: { name: { maxLength: 5 } } } },
        parameters: { Limit: { schema: { default: 1, maximum: 2 } } },
      },
    }),
  );
  expect((await api.post(widgets, create)).body.errors).toMatchObject([{ pointer: "#/name", code: "maxLength" }]);
  for (let n = 0; n < 3; n++) await api.post(widgets, { ...create, name: `N${n}` });
  expect((await api.get(widgets)).body.data).toHaveLength(1);
  expect((await api.get(`${widgets}?limit=50`)).body.data).toHaveLength(2);
});

test("a default changed in the document is the mock's default", async () => {
  const api = clientOf(
    mockWith({
      components: { schemas: { WidgetConfiguration: { properties: { intro_title: { "x-default": "{name}!" } } } } },
    }),
  );
  expect((await api.post(widgets, create)).body.intro_title).toBe("Northwind Catering!");
});

test("a life cycle cell changed in the document changes the mock", async () => {
  const api = clientOf(
    mockWith({
      "x-lifecycle": {
        operations: {
          pauseWidget: {
            "draft-crawling": { to: "paused-recrawling", code: null },
            active: { code: "invalid_state", to: null },
          },
        },
      },
    }),
  );
  const draft = await api.create();
  expect((await api.post(`${widgets}/${draft}/pause`)).body.status).toBe("paused");
  const active = await api.createActive();
  expect((await api.post(`${widgets}/${active}/pause`)).status).toBe(409);
});

test("a problem changed in the document is the mock's rejection", async () => {
  const api = clientOf(mockWith({ "x-problems": { not_found: { status: 410, title: "Gone", detail: "No {id}." } } }));
  expect(await api.get(`${widgets}/wgt_x`)).toMatchObject({
    status: 410,
    body: { title: "Gone", detail: "No wgt_x." },
  });
});

test("a delete removes and keeps what the document's cascade says", async () => {
  const cascade = {
    removes: { pages: null, conversations: null, usage_records: "DELETE-7" },
    keeps: { usage_records: null, pages: "DELETE-2" },
  };
  const mock = mockWith({ paths: { [`${widgets}/{id}`]: { delete: { "x-cascade": cascade } } } });
  const api = clientOf(mock);
  const id = await api.createActive();
  await mock.fetch(new Request(`http://mock.test/api/v1/public/widgets/${id}/conversations`, { method: "POST" }));
  await api.delete(`${widgets}/${id}`);
  const { body } = await api.get(`/_mock/widgets/${id}`);
  expect(body.pages).not.toEqual([]);
  expect(body.conversations).toHaveLength(1);
  expect(body).toMatchObject({ domains: [], tools: [], usage_records: [] });
});
