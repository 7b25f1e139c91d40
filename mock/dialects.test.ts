import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { publishedDocument } from "../spec/published-document.ts";
import { type ApiClient, clientOf, site, widgets } from "./api-client.test-helper.ts";
import { checkedMock } from "./checked-mock.test-helper.ts";
import { createMock, DialectError, type Mock } from "./index.ts";

/** Every choice of every rule, one at a time, and the named dialects. */
const dialects: readonly { readonly name: string; readonly dialect: unknown }[] = [
  ...Object.keys(publishedDocument["x-dialects"]).map((name) => ({ name, dialect: name })),
  ...Object.entries(publishedDocument["x-rules"]).flatMap(([rule, { choices = [] }]) =>
    choices.map(({ choice, values = {} }) => ({
      name: `${rule}: ${choice}`,
      dialect: { [rule]: { choice, ...Object.fromEntries(Object.keys(values).map((value) => [value, "suspended"])) } },
    })),
  ),
];

/** What every dialect must answer, whatever it chooses: the documented life of a widget, and its refusals besides. */
async function live(mock: Mock, api: ApiClient): Promise<void> {
  const created = await api.post(widgets, { name: "Northwind Catering", site_url: site });
  expect(created.status).toBeLessThan(300);
  expect(created.body.status).toBe("draft");
  const path = `${widgets}/${created.body.id}`;
  // A draft: what is refused here differs between dialects, and the checked mock holds it against the document.
  for (const action of ["pause", "pause", "resume", "recrawl"]) await api.post(`${path}/${action}`);
  mock.clock.advance({ seconds: 60 });
  await api.post(`${path}/resume`);
  expect((await api.get(path)).body.status).toBe("active");

  const updated = await api.patch(path, { persona: "New", voice: "Aoede", theme: { primary: "#ff6600" } });
  expect(updated.body).toMatchObject({ persona: "New", voice: "Aoede", theme: { primary: "#ff6600" } });
  const paused = await api.post(`${path}/pause`);
  expect(["draft", "active"]).not.toContain(paused.body.status);
  await api.post(`${path}/pause`);
  await api.post(`${path}/recrawl`);
  mock.clock.advance({ seconds: 60 });
  expect((await api.get(path)).body.status).toBe(paused.body.status);
  expect((await api.post(`${path}/resume`)).body.status).toBe("active");
  await api.post(`${path}/resume`);
  expect((await api.post(`${path}/recrawl`)).body.status).toBe("active");
  await api.post(`${path}/recrawl`);
  expect((await api.get(path)).body.status).toBe("active");
  mock.clock.advance({ seconds: 60 });

  await api.create({ site_url: "https://fail.test" });
  mock.clock.advance({ seconds: 60 });
  for (const query of ["", "?limit=1", "?limit=1000", "?limit=0", "?cursor=nonsense"])
    await api.get(`${widgets}${query}`);
  await api.patch(path, {});
  await api.patch(path, { id: "wgt_other", unknown: 1 });
  await api.post(widgets, { name: 5 });
  await api.get(`${widgets}/wgt_nobody`);

  expect((await api.delete(path)).status).toBeLessThan(300);
  expect((await api.get(path)).status).toBeGreaterThanOrEqual(400);
  await api.delete(path);
  for (const action of ["pause", "resume", "recrawl"])
    expect((await api.post(`${path}/${action}`)).status).toBeGreaterThanOrEqual(400);
}

describe("in every dialect the documented life of a widget works, and every answer fits that dialect's document", () => {
  // `npm run coverage` tries every choice, as it tries more random dialects.
  const tried = process.env["PROPERTY_SCALE"]
    ? dialects
    : dialects.filter(({ dialect }, n) => typeof dialect === "string" || n % 4 === 0);
  test.each(tried)("$name", async ({ dialect }) => {
    const mock = checkedMock({ dialect });
    await live(mock, clientOf(mock));
  });
});

/** What a single choice changes for a client. */
const differences: { readonly [dialect: string]: (api: ApiClient, mock: Mock) => Promise<unknown> } = {
  "A-AUTH-3: forbidden": async (api) => expect((await api.get(`${widgets}/wgt_x`)).body.code).toBe("forbidden"),
  "A-ERR-1: envelope": async (api) => {
    const { body, headers } = await api.get(`${widgets}/wgt_x`);
    expect(body).toEqual({ error: { code: "not_found", message: expect.stringContaining("wgt_x") } });
    expect(headers.get("content-type")).toBe("application/json");
  },
  "A-VAL-1: 422": async (api) => expect((await api.post(widgets, {})).status).toBe(422),
  "A-VAL-3: ignore": async (api) => {
    const { status, body } = await api.post(widgets, { name: "x", site_url: site, nope: 1, theme: { nope: 2 } });
    expect(status).toBe(201);
    expect(JSON.stringify(body)).not.toContain("nope");
  },
  "A-CREATE-1: 202": async (api) => expect((await api.post(widgets, { name: "x", site_url: site })).status).toBe(202),
  "A-OBJ-1: omit": async (api) =>
    expect((await api.post(widgets, { name: "x", site_url: site })).body).not.toHaveProperty("site_url"),
  "A-OBJ-2: extra": async (api) =>
    expect((await api.post(widgets, { name: "x", site_url: site })).body).toMatchObject({
      locale: "en-US",
      display_mode: "bubble",
    }),
  "A-ENUM-1: spelled": async (api) =>
    expect((await api.post(`${widgets}/${await api.createActive()}/pause`)).body.status).toBe("suspended"),
  "A-PATCH-3: refuse": async (api) =>
    expect((await api.patch(`${widgets}/${await api.create()}`, {})).status).toBe(400),
  "A-PATCH-4: refuse": async (api) =>
    expect((await api.patch(`${widgets}/${await api.create()}`, { id: "x" })).body.errors).toMatchObject([
      { pointer: "#/id" },
    ]),
  "A-PAUSE-2: refuse": async (api) => {
    const id = await api.createActive();
    expect((await api.post(`${widgets}/${id}/resume`)).status).toBe(409);
    await api.post(`${widgets}/${id}/pause`);
    expect((await api.post(`${widgets}/${id}/pause`)).status).toBe(409);
  },
  "A-PAUSE-3: allow": async (api, mock) => {
    const id = await api.create({ site_url: "https://fail.test" });
    expect((await api.post(`${widgets}/${id}/pause`)).body.status).toBe("paused");
    mock.clock.advance({ seconds: 60 });
    expect((await api.get(`${widgets}/${id}`)).body.status).toBe("paused");
    expect((await api.post(`${widgets}/${id}/resume`)).body).toMatchObject({
      status: "draft",
      last_crawl: { status: "failed" },
    });
  },
  "A-RECRAWL-1: 200": async (api) =>
    expect((await api.post(`${widgets}/${await api.createActive()}/recrawl`)).status).toBe(200),
  "A-RECRAWL-2: join": async (api, mock) => {
    const id = await api.createActive();
    await api.post(`${widgets}/${id}/recrawl`);
    expect((await api.post(`${widgets}/${id}/recrawl`)).status).toBe(202);
    expect(mock.clock.advance({ seconds: 60 }).happened).toHaveLength(1);
  },
  "A-RECRAWL-3: refuse": async (api) => {
    const id = await api.createActive();
    await api.post(`${widgets}/${id}/pause`);
    expect((await api.post(`${widgets}/${id}/recrawl`)).body.code).toBe("invalid_state");
  },
  "A-RECRAWL-4: refuse": async (api) =>
    expect(
      (await api.post(`${widgets}/${await api.createActive({ site_url: "https://fail.test" })}/recrawl`)).body.code,
    ).toBe("invalid_state"),
  "A-FAIL-1: failed": async (api) =>
    expect((await api.get(`${widgets}/${await api.createActive({ site_url: "https://fail.test" })}`)).body.status).toBe(
      "failed",
    ),
  "A-DELETE-1: 200": async (api) => {
    const id = await api.create();
    expect(await api.delete(`${widgets}/${id}`)).toMatchObject({ status: 200, body: { id, deleted: true } });
  },
  "A-DELETE-2: gone": async (api) => expect((await deletedTwice(api)).body.code).toBe("gone"),
  "A-DELETE-2: no-content": async (api) => expect((await deletedTwice(api)).status).toBe(204),
  "A-DELETE-3: gone": async (api) => {
    const id = await api.create();
    await api.delete(`${widgets}/${id}`);
    expect((await api.get(`${widgets}/${id}`)).status).toBe(410);
  },
  "A-EVENT-3: every": async (api, mock) => {
    await api.post(`${widgets}/${await api.createActive()}/recrawl`);
    expect(mock.clock.advance({ seconds: 60 }).happened).toMatchObject([{ event: "widget.ready" }]);
  },
  "A-EXT-1: omit": async (api, mock) => {
    expect((await api.post(widgets, { name: "x", site_url: "https://fail.test" })).body).not.toHaveProperty(
      "last_crawl",
    );
    expect(mock.clock.advance({ seconds: 60 }).happened[0]).not.toHaveProperty("event");
  },
};

async function deletedTwice(api: ApiClient) {
  const id = await api.create();
  await api.delete(`${widgets}/${id}`);
  return api.delete(`${widgets}/${id}`);
}

describe("what a client notices of a single choice", () => {
  test.each(dialects.filter(({ name }) => differences[name]))("$name", async ({ name, dialect }) => {
    const mock = checkedMock({ dialect });
    await differences[name]?.(clientOf(mock), mock);
  });
});

describe("choices that meet keep to both", () => {
  const spelled = { choice: "spelled", value: "halted" };
  test.each<[string, object]>([
    ["spelled and failed", { "A-ENUM-1": spelled, "A-FAIL-1": "failed" }],
    ["spelled and a draft that may be paused", { "A-ENUM-1": spelled, "A-PAUSE-3": "allow" }],
    ["extra members, and read-only ones refused", { "A-OBJ-2": "extra", "A-PATCH-4": "refuse" }],
    ["no extensions, and every crawl ready", { "A-EXT-1": "omit", "A-EVENT-3": "every" }],
    ["no extensions, and a draft that may be paused", { "A-EXT-1": "omit", "A-PAUSE-3": "allow" }],
    [
      "everything that refuses",
      { "A-PAUSE-2": "refuse", "A-PAUSE-3": "allow", "A-RECRAWL-3": "refuse", "A-RECRAWL-4": "refuse" },
    ],
  ])("%s", async (_, dialect) => {
    const mock = checkedMock({ dialect });
    await live(mock, clientOf(mock));
  });

  test("a paused draft is paused again, recrawled and spelled as the other choices have it", async () => {
    const mock = checkedMock({
      dialect: { "A-PAUSE-3": "allow", "A-PAUSE-2": "refuse", "A-RECRAWL-2": "join", "A-ENUM-1": spelled },
    });
    const api = clientOf(mock);
    const id = await api.create();
    expect((await api.post(`${widgets}/${id}/pause`)).body.status).toBe("halted");
    expect((await api.post(`${widgets}/${id}/pause`)).status).toBe(409);
    expect((await api.post(`${widgets}/${id}/recrawl`)).status).toBe(202);
    expect(mock.clock.advance({ seconds: 60 }).happened).toMatchObject([{ event: "widget.ready", status: "halted" }]);
  });

  test("read-only members are rejected even if unknown ones are ignored, and extra ones can be sent back", async () => {
    const strict = clientOf(checkedMock({ dialect: { "A-VAL-3": "ignore", "A-PATCH-4": "refuse" } }));
    expect((await strict.patch(`${widgets}/${await strict.create()}`, { id: "x", nope: 1 })).body.errors).toMatchObject(
      [{ pointer: "#/id" }],
    );
    const extra = clientOf(checkedMock({ dialect: { "A-OBJ-2": "extra" } }));
    const id = await extra.create();
    const { body } = await extra.get(`${widgets}/${id}`);
    expect(await extra.patch(`${widgets}/${id}`, body)).toMatchObject({ status: 200, body });
  });

  test("random dialects: the life of a widget works and every response matches the document of the dialect", async () => {
    const seed = Number(process.env["PROPERTY_SEED"] ?? 20260409);
    const numRuns = 5 * Number(process.env["PROPERTY_SCALE"] ?? 1);
    console.log(`Property seed ${seed}; PROPERTY_SEED=<n> takes another.`);
    const offered = Object.entries(publishedDocument["x-rules"]).flatMap(([rule, { choices = [] }]) =>
      choices.length > 0 ? [{ rule, choices }] : [],
    );
    const dialect = fc
      .tuple(
        ...offered.map(({ rule, choices }) =>
          fc.constantFrom(
            ...choices.map(({ choice, values }) => [rule, values ? { choice, value: "halted" } : choice] as const),
          ),
        ),
      )
      .map((chosen) => Object.fromEntries(chosen));
    await fc.assert(
      fc.asyncProperty(dialect, async (chosen) => {
        const mock = checkedMock({ dialect: chosen });
        await live(mock, clientOf(mock));
      }),
      { seed, numRuns },
    );
  });
});

test("a mock serves the document of its dialect", async () => {
  const mock = createMock({ dialect: "hostile" });
  const served = await (await mock.fetch(new Request("http://mock.test/openapi.json"))).json();
  expect({ ...served, servers: [] }).toEqual({ ...mock.dialect.document, servers: [] });
  expect(Object.keys(served.paths[widgets].post.responses)).toContain("200");
});

test.each([
  ["hostil", 'unknown dialect "hostil", did you mean "hostile"?'],
  [{ "A-PAUSE-22": "accept" }, 'unknown rule "A-PAUSE-22", did you mean "A-PAUSE-2"?'],
  [{ "A-PAUSE-2": "acept" }, 'A-PAUSE-2: unknown choice "acept", did you mean "accept"?'],
  [{ "A-PAUSE-2": 5 }, 'A-PAUSE-2: the choice must be a string, one of "accept", "refuse", got 5'],
  [{ "A-PAUSE-1": "200" }, "the rule A-PAUSE-1 has no choices"],
  [{ "A-ENUM-1": "spelled" }, 'needs a "value"'],
  [{ "A-ENUM-1": { choice: "spelled", value: "active" } }, 'needs a "value"'],
  [{ "A-PAUSE-2": { choice: "refuse", status: "418" } }, 'A-PAUSE-2: the choice "refuse" has no value "status"'],
  [{ __proto__: null, constructor: "x" }, 'unknown rule "constructor"'],
  [["A-PAUSE-2"], "a dialect must be a name, or a JSON object"],
])("the dialect %j is rejected with the nearest valid name", (dialect, message) => {
  expect(() => createMock({ dialect })).toThrow(DialectError);
  expect(() => createMock({ dialect })).toThrow(message);
});

test("the unsupported observations of a dialect are kept and ignored", () => {
  const unsupported = { "A-LIST-1": "bare array" };
  const { dialect } = createMock({ dialect: { "A-PAUSE-2": "refuse", unsupported } });
  expect(dialect).toMatchObject({ name: "custom", unsupported, choices: { "A-PAUSE-2": "refuse" } });
});
