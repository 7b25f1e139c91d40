import { expect, test } from "vitest";
import { clientOf, site, widgets } from "./api-client.test-helper.ts";
import { checkedMock } from "./checked-mock.test-helper.ts";
import { fetchOf } from "./http/fetch.ts";
import { createMock, type Mock, type MockOptions } from "./index.ts";

/** A walk through the API, as bytes: status, headers and body of every answer. */
async function transcript(mock: Mock, key = "sk_test_one"): Promise<string[]> {
  const api = clientOf(mock, key);
  const lines: string[] = [];
  const note = async (method: string, path: string, body?: unknown) => {
    const reply = await api.call(method, path, body);
    lines.push(JSON.stringify([reply.status, [...reply.headers].sort(), reply.body]));
    return reply.body;
  };
  const { id } = await note("POST", widgets, { name: "A", site_url: site });
  await note("POST", widgets, { name: "B", site_url: "https://fail.test" });
  lines.push(JSON.stringify(mock.world(key).clock.advance({ seconds: 45 }).happened));
  await note("PATCH", `${widgets}/${id}`, { voice: "Puck", nope: 1 });
  await note("POST", `${widgets}/${id}/recrawl`);
  await note("POST", `${widgets}/${id}/recrawl`);
  await note("GET", `${widgets}?limit=1`);
  await note("DELETE", `${widgets}/${id}`);
  return lines;
}

test("on a manual clock the same seed and calls give the same responses byte for byte, another seed different ones", async () => {
  const options = { clock: "manual@2026-04-09T14:00:00Z", crawl: "30s-60s" };
  const first = await transcript(createMock({ ...options, seed: 5 }));
  expect(await transcript(createMock({ ...options, seed: 5 }))).toEqual(first);
  expect(await transcript(createMock({ ...options, seed: 6 }))).not.toEqual(first);
});

test("on the real clock the same seed gives the same ids", async () => {
  const ids = async () => {
    const api = clientOf(createMock({ seed: 5 }));
    return [await api.create(), await api.create()];
  };
  expect(await ids()).toEqual(await ids());
});

test("one organization does not affect another", async () => {
  const alone = await transcript(createMock({ clock: "manual", crawl: "30s-60s" }), "sk_test_b");
  const mock = createMock({ clock: "manual", crawl: "30s-60s" });
  await transcript(mock, "sk_test_a");
  expect(await transcript(mock, "sk_test_b")).toEqual(alone);
});

test("every world has its own clock, and the mock's moves them all", async () => {
  const mock = checkedMock({ crawl: "10s" });
  const [one, other] = [clientOf(mock, "sk_test_one"), clientOf(mock, "sk_test_other")];
  const [first, second] = [await one.create(), await other.create()];
  expect(mock.world("sk_test_one").clock.advance({ seconds: 10 }).happened).toMatchObject([{ widget: first }]);
  expect((await other.get(`${widgets}/${second}`)).body.status).toBe("draft");
  expect(Date.parse(mock.world("sk_test_other").clock.get().now)).toBe(Date.UTC(2026, 0, 1));
  expect(mock.clock.advance({ seconds: 10 }).happened).toMatchObject([{ widget: second }]);
  const third = await clientOf(mock, "sk_test_third").create();
  const { body } = await clientOf(mock, "sk_test_third").get(`${widgets}/${third}`);
  expect(body.created_at).toBe("2026-01-01T00:00:10Z");
});

test("happenings while the clock advances are reported in the order of time, over all worlds", async () => {
  const mock = checkedMock({ crawl: "1s-60s", seed: 3 });
  for (let n = 0; n < 30; n++) await clientOf(mock, `sk_test_${n % 3}`).create();
  const times = mock.clock.advance({ seconds: 60 }).happened.map(({ at }) => at);
  expect(times).toHaveLength(30);
  expect(times).toEqual([...times].sort());
});

test("the real clock can be advanced, and runs on from there", async () => {
  const mock = createMock({ crawl: "1h" });
  const api = clientOf(mock);
  const id = await api.create();
  expect(mock.clock.advance({ seconds: 3600 }).happened).toMatchObject([{ type: "crawl.succeeded", widget: id }]);
  expect(Date.parse(mock.clock.get().now) - Date.now()).toBeGreaterThan(3_590_000);
  expect((await api.get(`${widgets}/${id}`)).body.status).toBe("active");
});

test("mocks share nothing", async () => {
  const [one, other] = [createMock(), createMock()];
  await clientOf(one).create();
  expect((await clientOf(other).get(widgets)).body.data).toEqual([]);
});

test("the journal keeps the latest responses with the assumptions of each", async () => {
  const mock = checkedMock({ journalEntries: 3 });
  const api = clientOf(mock);
  const id = await api.create();
  await api.get(`${widgets}?limit=500`);
  await api.post(`${widgets}/${id}/pause`);
  const refused = await api.get(`${widgets}/wgt_nobody`);
  const journal = mock.world("sk_test_one").journal.list().requests;
  expect(journal.map(({ operation, status }) => [operation, status])).toEqual([
    ["listWidgets", 200],
    ["pauseWidget", 409],
    ["getWidget", 404],
  ]);
  expect(journal[0]?.assumed).toContain("A-LIST-2");
  expect(journal[1]).toMatchObject({
    code: "invalid_state",
    rule: "A-PAUSE-3",
    organization: expect.stringMatching(/^key_/),
  });
  expect(journal[2]).toMatchObject({ request_id: refused.headers.get("request-id"), rule: "A-AUTH-3" });
});

test("the journal says which key a request came with, without the key", async () => {
  const labelOf = async (key: string, options: MockOptions = {}) => {
    const mock = checkedMock(options);
    await clientOf(mock, key).get(widgets);
    return mock.journal.list().requests.map(({ organization, key }) => [organization, key]);
  };
  const pseudonym = expect.stringMatching(/^key_\w+$/);
  expect(await labelOf("sk_test_demo")).toEqual([[pseudonym, "…mo"]]);
  expect(await labelOf("sk_test_4f1a9c77e2b0")).toEqual([[pseudonym, "…e2b0"]]);
  const apiKeys = { first: "acme", second: "acme", third: "third" };
  expect(await labelOf("second", { apiKeys })).toEqual([["acme", "#2"]]);
  expect(await labelOf("third", { apiKeys })).toEqual([[pseudonym, "#3"]]);
  expect(await labelOf("sk_test_x", { apiKeys })).toEqual([[undefined, undefined]]);
});

test("a response names its assumptions, without those that its dialect omits", async () => {
  const leaned = async (dialect: string) => {
    const { headers } = await clientOf(checkedMock({ dialect })).post(widgets, { name: "x", site_url: site });
    return headers.get("widgets-mock");
  };
  expect(await leaned("default")).toBe('0.1.0; assumed="A-AUTH-1 A-CREATE-1 A-OBJ-1 A-EXT-1 A-CREATE-3"');
  expect(await leaned("documented-only")).toBe('0.1.0; assumed="A-AUTH-1 A-CREATE-1 A-CREATE-3"');
});

test("a create with ignored members names the rule", async () => {
  const api = clientOf(checkedMock({ dialect: { "A-VAL-3": "ignore" } }));
  const leaned = async (more: object) =>
    (await api.post(widgets, { name: "x", site_url: site, ...more })).headers.get("widgets-mock");
  expect(await leaned({})).not.toMatch(/A-PATCH-4|A-VAL-3/);
  expect(await leaned({ id: "wgt_x" })).toContain("A-PATCH-4");
  expect(await leaned({ nope: 1 })).toContain("A-VAL-3");
});

test("a bug in the mock is a problem document with the request id, and the observer gets the error", async () => {
  const failed: [unknown, string][] = [];
  const mock = createMock({ observer: { onError: (error, requestId) => failed.push([error, requestId]) } });
  const header = (name: string): undefined => {
    if (name === "authorization") throw new Error("the sky fell");
  };
  const fetch = fetchOf({ ...mock.core, answer: (exchange) => mock.core.answer({ ...exchange, header }) });
  const response = await fetch(`http://mock.test${widgets}`);
  expect(response.status).toBe(500);
  expect(await response.json()).toMatchObject({ code: "internal", request_id: failed[0]?.[1] });
  expect(failed[0]?.[0]).toMatchObject({ message: "the sky fell" });
});
