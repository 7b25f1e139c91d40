import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { clientOf, widgets } from "./api-client.test-helper.ts";
import { checkedMock } from "./checked-mock.test-helper.ts";
import { controlOf } from "./control-plane/control-client.test-helper.ts";
import { listen } from "./http/listen.ts";
import { exchange, head } from "./http/raw-http.test-helper.ts";
import { ControlError, createMock, type MockOptions, OptionError, type Scenarios } from "./index.ts";
import { receiver } from "./world/webhooks/receiver.test-helper.ts";

const key = "sk_test_one";
const northwind = { name: "Northwind", site_url: "https://northwind.example" };

test("a very long Prefer header is read quickly", async () => {
  const prefer = `code=${" ".repeat(12_000)}x"y`;
  expect((await clientOf(checkedMock()).call("GET", widgets, undefined, { prefer })).status).toBe(400);
});

test.each(["0x1F7", "5.03e2", "503.0", " 503 "])("Prefer: code=%s counts only if it is a status", async (code) => {
  const { status } = await clientOf(checkedMock()).call("GET", widgets, undefined, { prefer: `code=${code}` });
  expect(status).toBe(code === " 503 " ? 503 : 400);
});

test("advancing a running clock brings scheduled events forward", async () => {
  const { url, received } = await receiver();
  const mock = createMock({ crawl: "1h", webhooks: [{ url }] });
  onTestFinished(() => mock.close());
  await clientOf(mock).create();
  mock.clock.advance({ seconds: 3599.99 });
  await expect.poll(() => received.length).toBe(1);
});

test("faults apply to rejections too: a body is cut, a status replaced, and the journal names the fault", async () => {
  const mock = createMock({ clock: "manual" });
  const api = clientOf(mock);
  mock.faults.add({ status: 503, carriedOut: true, calls: 1 });
  expect((await api.get(`${widgets}/wgt_nobody`)).status).toBe(503);
  mock.faults.add({ connection: "truncate", calls: 1 });
  await expect(api.get(`${widgets}/wgt_nobody`)).rejects.toThrow(TypeError);
  mock.faults.add({ rateLimit: { limit: 5, windowSeconds: 60 } });
  expect((await api.get(`${widgets}/wgt_nobody`)).headers.get("ratelimit")).toBe('"flt_all_3";r=4;t=60');
  expect(mock.journal.list().requests.map(({ faults }) => faults)).toEqual([
    ["flt_all_1"],
    ["flt_all_2"],
    ["flt_all_3"],
  ]);
});

test("with an injected status the operation is not performed, whatever else breaks the response", async () => {
  const mock = createMock({ clock: "manual" });
  mock.faults.add({ status: 503, calls: 1 });
  mock.faults.add({ connection: "truncate", calls: 1 });
  await expect(clientOf(mock).post(widgets, northwind)).rejects.toThrow(TypeError);
  expect((await clientOf(mock).get(widgets)).body.data).toEqual([]);
});

test("truncating a response without a body resets the connection, and the widget is deleted", async () => {
  const mock = createMock({ clock: "manual" });
  const id = await clientOf(mock).create();
  mock.faults.add({ connection: "truncate", calls: 1 });
  await expect(clientOf(mock).delete(`${widgets}/${id}`)).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
  expect((await clientOf(mock).get(`${widgets}/${id}`)).status).toBe(404);
});

test("of a receiver's endless response only the start is read", async () => {
  const server = createServer((_, response) => {
    const more = () => {
      while (response.write("x".repeat(65_536)));
    };
    response.on("drain", more);
    more();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const mock = createMock({ clock: "manual" });
  mock.webhooks.add({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  await clientOf(mock).create();
  mock.clock.advance({ seconds: 60 });
  await mock.deliveries.settle();
  expect(mock.deliveries.list().deliveries[0]?.attempts[0]).toMatchObject({ status: 200, response: "x".repeat(500) });
});

test.each([`${"9".repeat(400)}h`, "99999h", "1s-99999h"])("a crawl of %s is rejected", async (mode) => {
  const mock = checkedMock();
  expect((await controlOf(mock).call("PUT", "/crawls", { mode })).status).toBe(400);
  expect(() => createMock({ crawl: mode })).toThrow(OptionError);
});

test.each([
  ["A-LIST-3", "oldest"],
  ["A-PATCH-1", "reset"],
  ["A-IDEM-1", "ignore"],
])("a snapshot of another dialect is rejected, although %s: %s leaves the document as it is", (rule, choice) => {
  const saved = createMock({ clock: "manual" }).snapshot.export();
  expect(() => createMock({ clock: "manual", dialect: { [rule]: choice } }).snapshot.restore(saved)).toThrow(
    ControlError,
  );
});

test("a reset ignores undefined members", async () => {
  const mock = checkedMock({ seed: 5 });
  const id = await clientOf(mock).create();
  mock.reset({ seed: undefined, scenario: undefined } as object);
  expect([mock.seed, await clientOf(mock).create()]).toEqual([5, id]);
});

test("resetting a world resets its share of a rate limit of all worlds", async () => {
  const mock = checkedMock();
  mock.faults.add({ rateLimit: { limit: 1, windowSeconds: 60 } });
  mock.world(key).clock.advance({ seconds: 86_400 });
  await clientOf(mock).get(widgets);
  mock.world(key).reset();
  expect((await clientOf(mock).get(widgets)).status).toBe(200);
});

test.each([
  { description: "", steps: null },
  {},
  null,
  { description: "", steps: "abc" },
  { description: "", steps: { length: 2 } },
  { description: "", steps: [null] },
  { description: "", steps: [{ kind: "end-crawl", widget: "w", outcome: "suceeded" }] },
  { description: "", steps: [{ kind: "call", operation: 7 }] },
  { description: "", steps: [{ kind: "repeat", times: 2 }] },
  { description: "", steps: [{ kind: "repeat", times: 0, steps: [] }] },
  { description: "", steps: [{ kind: "repeat", times: 1.5, steps: [] }] },
  { description: "", steps: [{ kind: "repeat", times: 2, steps: [{ kind: "repeat", times: 2, steps: [null] }] }] },
  {
    description: "",
    steps: [
      {
        kind: "repeat",
        times: 1000,
        steps: [{ kind: "repeat", times: 1000, steps: [{ kind: "call", operation: "listWidgets" }] }],
      },
    ],
  },
])("the scenario %j is rejected at the start of the mock", (scenario) => {
  const scenarios = { mine: scenario } as unknown as Scenarios;
  expect(() => createMock({ scenarios })).toThrow(OptionError);
});

test("a scenario cannot end a crawl twice, and no dialect accepts an invalid body in one", () => {
  const made = { kind: "call", operation: "createWidget", widget: "w", body: northwind } as const;
  const ended = { kind: "end-crawl", widget: "w" } as const;
  const mine = { description: "", steps: [made, ended, ended] };
  expect(() => createMock({ scenarios: { mine }, scenario: "mine" })).toThrow(/no crawl of widget w is running/);
  const unfit = {
    description: "",
    steps: [{ kind: "call", operation: "createWidget", body: { domains: "abc" } } as const],
  };
  expect(() => createMock({ scenarios: { unfit }, scenario: "unfit", dialect: "hostile" })).toThrow(/validation_error/);
});

test.each([
  null,
  { observer: null },
  { crawl: 5 },
  { apiKeys: { k: 5 } },
  { controlToken: 5 },
  { webhooks: [null] },
  { webhooks: [{ url: "http://127.0.0.1", faults: null }] },
  { webhooks: [{ url: "http://me:secret@127.0.0.1" }] },
])("the options %j are rejected", (options) => {
  expect(() => createMock(options as unknown as MockOptions)).toThrow(OptionError);
});

test.each([
  { latencyMs: {} },
  { latencyMs: { min: Number.NaN, max: 1 } },
  { status: 99 },
  { status: null },
  { connection: "break" },
  { status: 503, share: 2 },
  { status: 503, calls: -1 },
  { rateLimit: { limit: 1 } },
  { status: 503, id: "mine" },
])("the fault %o is rejected in process too", (fault) => {
  const { faults } = checkedMock();
  expect(() => faults.add(fault as object)).toThrow(ControlError);
  expect(faults.list().faults).toEqual([]);
});

test.each([{ delaySeconds: Number.NaN }, null])("the delivery faults %o are rejected", (faults) => {
  const { webhooks } = checkedMock();
  expect(() => webhooks.add({ url: "http://127.0.0.1/", faults: faults as object })).toThrow(ControlError);
});

test("the time of a retry does not depend on the responses of another receiver", async () => {
  const timesBeside = async (status: number) => {
    const [failing, other] = [await receiver(() => ({ status: 500 })), await receiver(() => ({ status }))];
    const mock = createMock({ clock: "manual", webhooks: [{ url: other.url }, { url: failing.url }] });
    await clientOf(mock).create();
    for (const _ of [1, 2, 3]) {
      mock.clock.advance({ seconds: 3600 });
      await mock.deliveries.settle();
    }
    return mock.deliveries.list().deliveries[1]?.attempts.map(({ at }) => at);
  };
  const times = await timesBeside(500);
  expect(times?.length).toBeGreaterThan(3);
  expect(await timesBeside(204)).toEqual(times);
});

test("an endpoint that was disabled by a 410 gets a resent event", async () => {
  const { url, received } = await receiver((n) => ({ status: n === 0 ? 410 : 204 }));
  const mock = checkedMock();
  await controlOf(mock).post("/webhooks", { url });
  await clientOf(mock).create();
  await controlOf(mock).post("/clock/advance", { seconds: 60 });
  expect((await controlOf(mock).get("/webhooks")).body.endpoints).toMatchObject([{ enabled: false }]);
  const [delivery] = mock.deliveries.list().deliveries;
  const again = await controlOf(mock).post(`/deliveries/${delivery?.id}/resend`);
  expect(again.body).toMatchObject({ state: "delivered" });
  expect(received).toHaveLength(2);
  expect((await controlOf(mock).get("/webhooks")).body.endpoints).toMatchObject([{ enabled: true }]);
});

test("resending waits for that delivery alone", async () => {
  const hanging = await receiver(() => "never");
  const quick = await receiver();
  const mock = checkedMock({ webhooks: [{ url: quick.url }] });
  mock.world("sk_test_two").webhooks.add({ url: hanging.url });
  await clientOf(mock, "sk_test_two").create();
  await clientOf(mock).create();
  mock.clock.advance({ seconds: 60 });
  await mock.world(key).deliveries.settle();
  const [delivery] = mock.world(key).deliveries.list().deliveries;
  expect((await controlOf(mock).post(`/deliveries/${delivery?.id}/resend`)).body.attempts).toHaveLength(2);
});

test("who waits for more answers than are remembered is answered all the same, and at the end of the mock", async () => {
  const mock = createMock({ clock: "manual", journalEntries: 2 });
  const waiting = mock.journal.list({ wait_for: 3, timeout_seconds: 600 });
  for (const _ of [1, 2, 3]) await clientOf(mock).get(widgets);
  expect((await waiting).requests).toHaveLength(2);
  const inVain = mock.journal.list({ wait_for: 100, timeout_seconds: 600 });
  mock.close();
  expect((await inVain).requests).toHaveLength(2);
});

test("no key is shown, whatever its prefix, unless it has a name", async () => {
  const mock = createMock({ apiKeys: { "my-secret": "my-secret", other: "acme" } });
  onTestFinished(() => mock.close());
  await clientOf(mock, "my-secret").get(widgets);
  await clientOf(mock, "other").get(widgets);
  const { requests } = (await controlOf(mock).get("/requests")).body;
  expect(requests.map(({ organization }: { organization: string }) => organization)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^key_/), "acme"]),
  );
  expect(JSON.stringify(requests)).not.toContain("my-secret");
});

test.each(["xn--localhost", "1.2.3.999"])("the host %s is rejected, and is not a bug of the mock", async (host) => {
  const bugs: unknown[] = [];
  const mock = createMock({ observer: { onError: (error) => bugs.push(error) } });
  const { url, close } = await listen(mock);
  onTestFinished(close);
  const [answer] = await exchange(url, head("GET /_mock/clock", `Host: ${host}`, "Connection: close"));
  expect([answer?.status, bugs]).toEqual([403, []]);
});

test("no clock goes beyond the last time that RFC 3339 can express", () => {
  const mock = createMock({ clock: "manual@9990-01-01T00:00:00Z" });
  mock.world(key).clock.advance({ seconds: 9 * 365 * 86_400 });
  expect(() => mock.clock.advance({ seconds: 9 * 365 * 86_400 })).toThrow(ControlError);
});

test("a state that is nested too deeply is rejected as a snapshot", () => {
  const mock = checkedMock();
  let state: object = {};
  for (let depth = 0; depth < 100_000; depth++) state = { world: state };
  expect(() => mock.snapshot.restore({ ...mock.snapshot.export(), state } as never)).toThrow(ControlError);
});
