import { expect, onTestFinished, test } from "vitest";
import { listen } from "../http/listen.ts";
import { createMock, type MockOptions } from "../index.ts";

const site = "https://northwindcatering.example";

/** Starts a conversation with the widget of one organization; returns the status and the code. */
async function start(headers: Record<string, string>, options: MockOptions = {}, host?: string) {
  const mock = createMock({ scenario: "one-active", ...options });
  const { url, close } = await listen(mock);
  onTestFinished(close);
  const listed = await fetch(`${url}/api/v1/widgets`, { headers: { authorization: "Bearer sk_test_demo" } });
  const { data } = await listed.json();
  const path = `/api/v1/public/widgets/${data[0].id}/conversations`;
  // `fetch` sets Host and the like by itself, so the core is called as a socket would.
  const own = { remoteAddress: "127.0.0.1", localAddress: "127.0.0.1", hostname: "127.0.0.1", httpVersion: "1.1" };
  const address = host ?? url;
  const answer = await mock.core.answer({
    method: "POST",
    origin: address,
    path,
    search: "",
    header: (name) => headers[name]?.replace("{self}", address),
    rawHeaders: Object.entries(headers).flat(),
    body: new Uint8Array(),
    caller: own,
  });
  return [answer.status, JSON.parse(String(answer.body)).code];
}

test("the demo's page stands for the origin that it names", async () => {
  expect(await start({ origin: "{self}" })).toEqual([403, "origin_not_allowed"]);
  expect(await start({ origin: "{self}", "demo-origin": site, "sec-fetch-site": "same-origin" })).toEqual([
    201,
    undefined,
  ]);
  expect(await start({ origin: "{self}", "demo-origin": "https://elsewhere.example" })).toEqual([
    403,
    "origin_not_allowed",
  ]);
});

test.each([
  ["of another origin", { origin: "https://evil.example" }],
  ["of another port of this machine", { origin: "http://127.0.0.1:1" }],
  ["of another site, by what its browser says", { origin: "{self}", "sec-fetch-site": "cross-site" }],
  ["that came through a proxy", { origin: "{self}", "x-forwarded-for": "192.0.2.43" }],
])("a page %s cannot stand for another one", async (_, headers) => {
  expect(await start({ ...headers, "demo-origin": site })).toEqual([403, "origin_not_allowed"]);
});

test("a page whose name was made to lead here cannot either (DNS rebinding)", async () => {
  const headers = { origin: "{self}", "demo-origin": site };
  expect(await start(headers, {}, "http://evil.example:4010")).toEqual([403, "origin_not_allowed"]);
});

test("with a control token it takes the token", async () => {
  const headers = { origin: "{self}", "demo-origin": site };
  const options = { controlToken: "s3cret" };
  expect(await start(headers, options)).toEqual([403, "origin_not_allowed"]);
  expect(await start({ ...headers, "control-token": "s3cret" }, options)).toEqual([201, undefined]);
});

test.each([{ console: false }, { control: false }])("there is no demo with %o", async (options) => {
  expect(await start({ origin: "{self}", "demo-origin": site }, options)).toEqual([403, "origin_not_allowed"]);
  const response = await createMock(options).fetch("http://mock.test/_mock/demo/wgt_abc123");
  expect(response.status).toBe(404);
});
