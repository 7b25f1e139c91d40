import { expect, test } from "vitest";
import { clientOf, widgets } from "../api-client.test-helper.ts";
import { checkedMock } from "../checked-mock.test-helper.ts";
import { ControlError, type Mock, version } from "../index.ts";
import { controlOf } from "./control-client.test-helper.ts";

function control(mock: Mock, method: string, path: string, body?: string, headers: Record<string, string> = {}) {
  return controlOf(mock).call(method, path, body, headers);
}
const one = { authorization: "Bearer sk_test_one" };

test("the health says how the mock was started", async () => {
  const mock = checkedMock({ clock: "manual@2026-04-09T14:00:00Z", seed: 42, crawl: "30s-60s", dialect: "hostile" });
  expect(await control(mock, "GET", "/health")).toMatchObject({
    status: 200,
    body: {
      status: "ok",
      version,
      dialect: "hostile",
      seed: 42,
      crawl: "30s-60s",
      clock: { now: "2026-04-09T14:00:00.000Z", running: false },
    },
  });
});

test("the clock is moved for one key's world, or for all, and what happened is told", async () => {
  const mock = checkedMock({ clock: "manual" });
  const [first, second] = [await clientOf(mock, "sk_test_one").create(), await clientOf(mock, "sk_test_two").create()];
  const moved = await control(mock, "POST", "/clock/advance", '{"seconds":2}', one);
  expect(moved.body).toMatchObject({
    now: "2026-01-01T00:00:02.000Z",
    running: false,
    happened: [{ widget: first, type: "crawl.succeeded" }],
  });
  expect((await control(mock, "GET", "/clock", undefined, one)).body.now).toBe("2026-01-01T00:00:02.000Z");
  expect((await control(mock, "GET", "/clock")).body.now).toBe("2026-01-01T00:00:00.000Z");
  const all = await control(mock, "POST", "/clock/advance", '{"seconds":2.5}');
  expect(all.body.happened).toMatchObject([{ widget: second }]);
});

test.each([
  "",
  "{}",
  '{"seconds":-1}',
  '{"seconds":"2"}',
  '{"seconds":1,"x":1}',
  '{"seconds":1e99}',
  "[]",
])("advancing by %s is refused and moves nothing", async (body) => {
  const mock = checkedMock({ clock: "manual" });
  const before = Date.parse(mock.clock.get().now);
  expect((await control(mock, "POST", "/clock/advance", body)).status).toBe(400);
  expect(Date.parse(mock.clock.get().now)).toBe(before);
});

test("time ends with the year 9999", async () => {
  const mock = checkedMock({ clock: "manual@9999-12-31T23:59:58Z" });
  expect((await control(mock, "POST", "/clock/advance", '{"seconds":2}')).body.errors).toMatchObject([
    { pointer: "#/seconds" },
  ]);
  expect((await control(mock, "POST", "/clock/advance", '{"seconds":1}')).body.now).toBe("9999-12-31T23:59:59.000Z");
  expect(() => mock.clock.advance({ seconds: -0.001 }).happened).toThrow(ControlError);
  expect(() => mock.clock.advance({ seconds: Number.NaN / 1000 }).happened).toThrow(ControlError);
});

test("a crawl is ended by hand, well or badly", async () => {
  const mock = checkedMock({ clock: "manual", crawl: "manual" });
  const api = clientOf(mock, "sk_test_one");
  const [good, bad] = [await api.create(), await api.create()];
  expect(mock.clock.advance({ seconds: 1_000_000 }).happened).toEqual([]);
  const ended = await control(mock, "POST", `/widgets/${good}/crawl`, '{"outcome":"succeeded"}', one);
  expect(ended).toMatchObject({
    status: 200,
    body: { type: "crawl.succeeded", widget: good, status: "active", event: "widget.ready" },
  });
  await control(mock, "POST", `/widgets/${bad}/crawl`, '{"outcome":"failed"}', one);
  expect((await api.get(`${widgets}/${bad}`)).body).toMatchObject({
    status: "draft",
    last_crawl: { status: "failed" },
  });
  expect((await control(mock, "POST", `/widgets/${good}/crawl`, '{"outcome":"failed"}', one)).status).toBe(409);
  expect((await control(mock, "POST", "/widgets/wgt_x/crawl", '{"outcome":"failed"}', one)).status).toBe(404);
  expect((await control(mock, "POST", `/widgets/${good}/crawl`, '{"outcome":"failed"}')).status).toBe(409);
  expect((await control(mock, "POST", "/widgets/wgt_x/crawl", '{"outcome":"failed"}')).status).toBe(404);
});

test("a page of another origin is turned away, and nothing of the control plane is shared with it", async () => {
  const mock = checkedMock({ clock: "manual" });
  const foreign = await control(mock, "POST", "/clock/advance", '{"seconds":9}', {
    origin: "https://elsewhere.example",
  });
  expect(foreign.status).toBe(403);
  expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
  expect(Date.parse(mock.clock.get().now)).toBe(Date.UTC(2026, 0, 1));
  expect((await control(mock, "POST", "/clock/advance", '{"seconds":9}', { origin: "http://mock.test" })).status).toBe(
    200,
  );
});

test("a query parameter that an operation does not have is noted in the header", async () => {
  const { status, headers } = await control(checkedMock(), "GET", "/requests?limt=1");
  expect(status).toBe(200);
  expect(headers.get("widgets-mock")).toBe(`${version}; ignored="limt (did you mean limit?)"`);
});

test("what the control plane does not have is a problem document", async () => {
  const mock = checkedMock();
  expect((await control(mock, "GET", "/nope")).body.code).toBe("not_found");
  const { status, body } = await control(mock, "GET", "");
  expect([status, body.detail]).toEqual([404, expect.stringContaining("GET /_mock/openapi.json")]);
  expect((await control(mock, "DELETE", "/clock")).headers.get("allow")).toBe("GET, HEAD");
  expect((await control(mock, "GET", "/clock", undefined, { authorization: "Bearer sk_live_x" })).body.code).toBe(
    "live_key_refused",
  );
});

test("the requests of an organization are told, filtered, without its key", async () => {
  const mock = checkedMock({ clock: "manual" });
  const api = clientOf(mock, "sk_test_one");
  const id = await api.create();
  await clientOf(mock, "sk_test_two").create();
  await api.post(`${widgets}/${id}/pause`);
  await api.get(`${widgets}/${id}`);
  const told = async (query: string) => (await control(mock, "GET", `/requests${query}`, undefined, one)).body.requests;
  const all = await told("");
  expect(all.map(({ operation }: { operation: string }) => operation)).toEqual([
    "createWidget",
    "pauseWidget",
    "getWidget",
  ]);
  expect(all[1]).toMatchObject({
    status: 409,
    code: "invalid_state",
    rule: "A-PAUSE-3",
    at: "2026-01-01T00:00:00.000Z",
  });
  expect(JSON.stringify(all)).not.toContain("sk_test");
  expect(await told("?status=409")).toEqual([all[1]]);
  expect(await told("?operation=getWidget")).toEqual([all[2]]);
  expect(await told("?limit=2")).toEqual(all.slice(1));
  expect((await control(mock, "GET", "/requests?limit=0", undefined, one)).body.errors).toMatchObject([
    { parameter: "limit" },
  ]);
  const everyOne = (await control(mock, "GET", "/requests")).body.requests;
  expect(everyOne).toHaveLength(4);
  expect(everyOne).toEqual(expect.arrayContaining(all));
  const organizations = everyOne.map(({ organization }: { organization: string }) => organization);
  expect(new Set(organizations).size).toBe(2);
});

test("a world that is reset begins anew, with the same ids, and nothing of before happens in it", async () => {
  const mock = checkedMock({ clock: "manual" });
  const [api, other] = [clientOf(mock, "sk_test_one"), clientOf(mock, "sk_test_two")];
  const [id, kept] = [await api.create(), await other.create()];
  await control(mock, "POST", "/clock/advance", '{"seconds":1}', one);
  await control(mock, "POST", "/reset", undefined, one);
  expect((await api.get(widgets)).body.data).toEqual([]);
  expect((await control(mock, "GET", "/clock", undefined, one)).body.now).toBe("2026-01-01T00:00:00.000Z");
  expect(mock.clock.advance({ seconds: 60 }).happened.map(({ widget }) => widget)).toEqual([kept]);
  mock.reset();
  expect((await other.get(widgets)).body.data).toEqual([]);
  expect(await api.create()).toBe(id);
  mock.world("sk_test_one").reset();
  expect((await api.get(`${widgets}/${id}`)).status).toBe(404);
});
