import { expect, onTestFinished, test } from "vitest";
import type { Caller } from "../http/caller.ts";
import { fetchOf, type MockFetch } from "../http/fetch.ts";
import { listen } from "../http/listen.ts";
import { exchange, head } from "../http/raw-http.test-helper.ts";
import { createMock, type Mock, OptionError } from "../index.ts";

const own = { remoteAddress: "127.0.0.1", localAddress: "127.0.0.1", hostname: "127.0.0.1", httpVersion: "1.1" };

/** The `fetch` of a mock as a caller on a port has it. */
function asCaller({ core }: Pick<Mock, "core">, caller: Caller): MockFetch {
  return fetchOf({ ...core, answer: (exchange) => core.answer({ ...exchange, caller }) });
}

async function ask(
  headers: Record<string, string>,
  caller = own,
  url = "http://127.0.0.1:4010",
  controlToken?: string,
) {
  const mock = createMock({ clock: "manual", ...(controlToken === undefined ? {} : { controlToken }) });
  const response = await asCaller(mock, caller)(`${url}/_mock/clock/advance`, {
    method: "POST",
    headers,
    body: '{"seconds":1}',
  });
  const body = await response.json();
  const moved = Date.parse(mock.clock.get().now) > Date.UTC(2026, 0, 1);
  expect(moved).toBe(response.status === 200);
  expect([...response.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  return [response.status, body.code];
}

test.each([
  "http://127.0.0.1:4010",
  "http://127.1.2.3:4010",
  "http://localhost:4010",
  "http://mock.localhost:4010",
  "http://[::1]:4010",
  "http://192.168.1.2:4010",
])("a program on this machine may move the clock by %s", async (url) => {
  expect(await ask({}, own, url)).toEqual([200, undefined]);
});

test.each([
  { remoteAddress: "::1", localAddress: "::1" },
  { remoteAddress: "::ffff:127.0.0.1", localAddress: "::ffff:127.0.0.1" },
  { remoteAddress: "192.168.1.2", localAddress: "192.168.1.2" },
])("$remoteAddress is this machine", async (addresses) => {
  expect(await ask({}, { ...own, ...addresses })).toEqual([200, undefined]);
});

test.each([
  "192.168.1.9",
  "::ffff:192.168.1.9",
  "fe80::1",
  "10.127.0.0.1",
])("%s is another machine, which needs the token", async (remoteAddress) => {
  const caller = { remoteAddress, localAddress: "192.168.1.2", hostname: "0.0.0.0", httpVersion: "1.1" };
  expect(await ask({}, caller, "http://192.168.1.2:4010")).toEqual([403, "foreign_machine"]);
  expect(await ask({}, caller, "http://mock:4010", "s3cret")).toEqual([401, "control_token_needed"]);
  expect(await ask({ "control-token": "wrong" }, caller, "http://mock:4010", "s3cret")).toEqual([
    401,
    "control_token_wrong",
  ]);
  expect(await ask({ "control-token": "s3cret" }, caller, "http://mock:4010", "s3cret")).toEqual([200, undefined]);
});

test.each([
  "http://evil.example:4010",
  "http://127.0.0.1.evil.example:4010",
  "http://localhost.evil.example",
  "http://notlocalhost",
])("a name that may lead anywhere, such as %s, is refused (DNS rebinding)", async (url) => {
  expect(await ask({}, own, url)).toEqual([403, "foreign_host"]);
  expect(await ask({ origin: new URL(url).origin }, own, url)).toEqual([403, "foreign_host"]);
});

test("the name that the mock was told to listen on is its own", async () => {
  expect(await ask({}, { ...own, hostname: "Mock.internal" }, "http://mock.internal:4010")).toEqual([200, undefined]);
});

test.each([
  { origin: "https://evil.example" },
  { origin: "http://127.0.0.1:3000" },
  { origin: "null" },
  { "sec-fetch-site": "cross-site" },
  { "sec-fetch-site": "same-site" },
])("a page of another origin is refused: %o", async (headers) => {
  expect(await ask(headers)).toEqual([403, "foreign_origin"]);
  const withToken = { ...headers, "control-token": "s3cret" };
  expect(await ask(withToken, own, "http://127.0.0.1:4010", "s3cret")).toEqual([403, "foreign_origin"]);
});

test("with a token, this machine needs it too, and so does code in the process", async () => {
  expect(await ask({}, own, "http://127.0.0.1:4010", "s3cret")).toEqual([401, "control_token_needed"]);
  const mock = createMock({ controlToken: "s3cret" });
  expect((await mock.fetch(new Request("http://mock.test/_mock/clock"))).status).toBe(401);
});

test.each(["", "two words", "naïve"])("%j is no token", (controlToken) => {
  expect(() => createMock({ controlToken })).toThrow(OptionError);
});

test("on a port, what the connection says counts, and not what the request says of itself", async () => {
  const mock = createMock({ clock: "manual" });
  const { url, close } = await listen(mock);
  onTestFinished(close);
  const statusOf = async (path: string, host: string) => {
    const fields = [`Host: ${host}`, "Connection: close"];
    return (await exchange(url, head(`GET ${path}`, ...fields))).map(({ status }) => status);
  };
  expect(await statusOf("/_mock/clock", new URL(url).host)).toEqual([200]);
  expect(await statusOf("/_mock/clock", "evil.example")).toEqual([403]);
  expect(await statusOf("/openapi.json", "evil.example")).toEqual([200]);
});

test.each([
  ["another machine", {}, { ...own, remoteAddress: "192.168.1.9", hostname: "0.0.0.0" }],
  ["a page of another origin", { origin: "https://evil.example" }, own],
  ["whoever has a wrong key", { authorization: "Basic dXNlcjpwYXNz" }, own],
])("the health of a mock with a token is open to %s, which may read nothing else", async (_, headers, caller) => {
  const mock = createMock({ controlToken: "s3cret" });
  const fetch = asCaller(mock, caller);
  const statusOf = async (path: string) => (await fetch(`http://mock:4010${path}`, { headers })).status;
  expect(await statusOf("/_mock/health")).toBe(200);
  expect(await statusOf("/_mock/clock")).toBeGreaterThanOrEqual(401);
});

test.each([
  ["forwarded", "for=192.0.2.43"],
  ["x-forwarded-for", "192.0.2.43"],
  ["x-forwarded-proto", "https"],
  ["x-forwarded-client-cert", "By=spiffe://mesh.example"],
  ["x-original-forwarded-for", "192.0.2.43"],
  ["x-envoy-external-address", "192.0.2.43"],
  ["x-real-ip", "192.0.2.43"],
  ["x-client-ip", "192.0.2.43"],
  ["cf-connecting-ip", "192.0.2.43"],
  ["via", "1.1 proxy"],
])("what a proxy on this machine sends on, with %s, needs the token", async (header, value) => {
  expect(await ask({ [header]: value })).toEqual([403, "through_proxy"]);
  const sent = { [header]: value, "control-token": "s3cret" };
  expect(await ask(sent, own, "https://mock.example", "s3cret")).toEqual([200, undefined]);
});

test("HTTP/1.0, as a proxy without any header speaks it, needs the token, and the health check does not", async () => {
  const { url, close } = await listen(createMock());
  onTestFinished(close);
  const [refused] = await exchange(url, "GET /_mock/snapshot HTTP/1.0\r\nHost: localhost\r\n\r\n");
  expect([refused?.status, JSON.parse(refused?.text ?? "").code]).toEqual([403, "through_proxy"]);
  const [healthy] = await exchange(url, "GET /_mock/health HTTP/1.0\r\nHost: localhost\r\n\r\n");
  expect(healthy?.status).toBe(200);
});

test("a mock without its control plane answers the health check alone, and is controlled in code", async () => {
  const mock = createMock({ control: false, clock: "manual", controlToken: "s3cret" });
  const ask = asCaller(mock, own);
  for (const path of ["/_mock/clock", "/_mock/openapi.json", "/_mock/snapshot", "/_mock"]) {
    const response = await ask(`http://127.0.0.1:4010${path}`, { headers: { "control-token": "s3cret" } });
    expect([response.status, (await response.json()).code]).toEqual([404, "not_found"]);
  }
  expect((await ask("http://127.0.0.1:4010/_mock/health")).status).toBe(200);
  expect(mock.clock.advance({ seconds: 1 }).now).toBe("2026-01-01T00:00:01.000Z");
});

test("a key that somebody was given reaches its own world's control plane from anywhere, and no other key does", async () => {
  const elsewhere = { ...own, remoteAddress: "192.168.1.9", hostname: "0.0.0.0" };
  for (const options of [{}, { controlToken: "s3cret" }]) {
    const mock = createMock({ clock: "manual", ...options });
    const { key } = mock.keys.create({ organization: "acme" });
    const fetch = asCaller(mock, elsewhere);
    const advance = async (given: string) => {
      const request = { method: "POST", headers: { authorization: `Bearer ${given}` }, body: '{"seconds":60}' };
      return (await fetch("http://mock.example/_mock/clock/advance", request)).status;
    };
    expect(await advance(key)).toBe(200);
    expect(mock.world(key).clock.get().now).toBe("2026-01-01T00:01:00.000Z");
    expect(mock.clock.get().now).toBe("2026-01-01T00:00:00.000Z");
    expect(await advance("sk_test_made_up")).toBe("controlToken" in options ? 401 : 403);
  }
});

test.each([
  [{}, "0.0.0.0", 401],
  [{}, "192.168.1.2", 401],
  [{ openKeys: true }, "0.0.0.0", 200],
  [{ apiKeys: { sk_test_any: "acme" } }, "0.0.0.0", 200],
  [{}, "127.0.0.1", 200],
  [{}, "127.9.9.9", 200],
  [{}, "::1", 200],
  [{}, "localhost", 200],
  [{ openKeys: false }, "127.0.0.1", 401],
])("with %j, a mock that listens on %s answers a key that begins with sk_test_ with %i", async (options, host, status) => {
  const mock = createMock(options);
  mock.core.listensOn(host);
  const request = { headers: { authorization: "Bearer sk_test_any" } };
  const response = await mock.fetch("http://mock.test/api/v1/widgets", request);
  expect(response.status).toBe(status);
  const elsewhere = { ...own, remoteAddress: "192.168.1.9", hostname: host };
  const control = await asCaller(mock, elsewhere)("http://mock:4010/_mock/clock", request);
  expect(control.status).toBe(status === 200 && host !== "0.0.0.0" ? 403 : status);
});

test("behind a proxy that is trusted, nobody is on this machine, and the address is the one that the proxy names", async () => {
  const mock = createMock({ trustProxy: true, controlToken: "s3cret" });
  const { key } = mock.keys.create({ organization: "acme" });
  const { url, close } = await listen(mock);
  onTestFinished(close);
  const proxied = {
    "x-forwarded-for": "127.0.0.1",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "sandbox.example",
  };
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${url}${path}`, { headers: { ...proxied, ...headers } });
    return { status: response.status, body: await response.json() };
  };
  expect((await get("/_mock/clock")).status).toBe(401);
  expect((await get("/_mock/clock", { "control-token": "s3cret" })).status).toBe(200);
  expect((await get("/_mock/clock", { authorization: `Bearer ${key}` })).status).toBe(200);
  expect((await get("/api/v1/widgets", { authorization: "Bearer sk_test_any" })).status).toBe(401);
  expect((await get("/openapi.json")).body.servers[0].url).toBe("https://sandbox.example");
  expect((await get("/openapi.json", { "x-forwarded-host": "a/b" })).body.servers[0].url).toBe(url);
  const untokened = createMock({ trustProxy: true });
  expect(await (await asCaller(untokened, own)("http://127.0.0.1:4010/_mock/clock")).json()).toMatchObject({
    code: "control_token_needed",
  });
});

test("a mock is ready until it stops, and says so to anyone", async () => {
  const mock = createMock({ controlToken: "s3cret" });
  const fetch = asCaller(mock, { ...own, remoteAddress: "192.168.1.9", hostname: "0.0.0.0" });
  const ready = async () => {
    const response = await fetch("http://mock:4010/_mock/ready");
    return { status: response.status, body: await response.json() };
  };
  expect(await ready()).toEqual({ status: 200, body: { status: "ready" } });
  mock.close();
  expect(await ready()).toMatchObject({ status: 503, body: { code: "not_ready" } });
});
