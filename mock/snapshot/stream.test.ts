import { once } from "node:events";
import { request } from "node:http";
import { json } from "node:stream/consumers";
import { expect, onTestFinished, test, vi } from "vitest";
import { clientOf, site, widgets } from "../api-client.test-helper.ts";
import { checkedMock } from "../checked-mock.test-helper.ts";
import { controlOf } from "../control-plane/control-client.test-helper.ts";
import { listen } from "../http/listen.ts";
import { createMock, type Mock, type MockOptions, type Snapshot } from "../index.ts";
import { withoutEpochs } from "./edited-snapshot.test-helper.ts";

const url = "http://mock.test/_mock/snapshot";
const awkward = 'A "quoted" ]},{[ \\ name: ü, 🎉';

/** A mock with so many widgets of an organization, in a snapshot of about half a kilobyte each. */
async function mockWith(count: number, options: MockOptions = {}): Promise<Mock> {
  const mock = createMock({ clock: "manual", crawl: "immediate", ...options });
  const api = clientOf(mock);
  for (let n = 0; n < count; n++) await api.post(widgets, { name: awkward, site_url: `https://${n}.example` });
  await api.get(widgets);
  return mock;
}

async function listening(mock: Mock): Promise<string> {
  const { url: base, close } = await listen(mock);
  onTestFinished(close);
  return `${base}/_mock/snapshot`;
}

/** Sends a snapshot in chunks of some size, and returns how it was answered. */
async function putInChunks(to: string, text: string, size: number) {
  const outgoing = request(to, { method: "PUT" });
  const answered = once(outgoing, "response");
  let isAnswered = false;
  outgoing.once("response", () => {
    isAnswered = true;
  });
  const bytes = Buffer.from(text);
  // What is rejected early is not sent to its end, as each more chunk would leave its listeners behind.
  for (let at = 0; at < bytes.length && !isAnswered; at += size) {
    if (!outgoing.write(bytes.subarray(at, at + size))) await Promise.race([once(outgoing, "drain"), answered]);
  }
  const [incoming] = await Promise.race([answered, new Promise<never>(() => outgoing.end())]);
  return { status: incoming.statusCode, body: (await json(incoming)) as { code?: string; detail: string } };
}

test("a snapshot is that of one instant, whatever is written while it is read", async () => {
  const mock = await mockWith(2000);
  const before = mock.world("sk_test_one").snapshot.export();
  const response = await mock.fetch(url, { headers: { authorization: "Bearer sk_test_one" } });
  const { data } = (await clientOf(mock).get(`${widgets}?limit=100`)).body;
  for (const { id } of data) await clientOf(mock).patch(`${widgets}/${id}`, { name: "Changed" });
  for (const { id } of data.slice(50)) await clientOf(mock).delete(`${widgets}/${id}`);
  await clientOf(mock).post(`${widgets}/${data[0].id}/recrawl`);
  mock.clock.advance({ seconds: 10 });
  expect(await response.json()).toEqual(before);
});

test("of a mock, each world is as it was when its turn came, and one that is gone by then is left out", async () => {
  const mock = await mockWith(2000, { maxWorlds: 3 });
  await clientOf(mock, "sk_test_second").create();
  const response = await mock.fetch(url);
  mock.world("sk_test_second").reset();
  await clientOf(mock, "sk_test_late").create();
  const { state } = (await response.json()) as Snapshot;
  const organizations = state.flatMap((part) => (part.part === "world" ? part.organization : []));
  expect(organizations).toEqual(["sk_test_one", "sk_test_second"]);
  expect(state.filter(({ part }) => part === "widget")).toHaveLength(2000);
  const other = checkedMock();
  other.snapshot.restore(JSON.parse(JSON.stringify(await (await mock.fetch(url)).json())));
  expect((await clientOf(other, "sk_test_late").get(widgets)).body.data).toHaveLength(1);
});

test.each([1, 7, 1000])("a snapshot that arrives in chunks of %i bytes is restored", async (size) => {
  const saved = (await mockWith(20)).snapshot.export();
  const mock = createMock({ clock: "manual" });
  expect((await putInChunks(await listening(mock), JSON.stringify(saved), size)).status).toBe(200);
  expect(withoutEpochs(mock.snapshot.export())).toEqual(withoutEpochs(saved));
});

test("a snapshot may be formatted anew, and its members may have any order", async () => {
  const { state, ...header } = (await mockWith(3)).snapshot.export();
  const mock = createMock({ clock: "manual" });
  const control = controlOf(mock);
  for (const text of [
    JSON.stringify({ ...header, state }, null, 2),
    JSON.stringify({ state, ...header }, null, "\t"),
  ]) {
    mock.reset();
    expect((await control.call("PUT", "/snapshot", text)).body).toMatchObject({ running: false });
    expect(withoutEpochs(mock.snapshot.export())).toEqual(withoutEpochs({ ...header, state }));
  }
});

test("other requests are answered while a snapshot is written and while one is read", async () => {
  // Enough for several slices, however fast the machine is.
  const mock = await mockWith(20_000);
  const api = clientOf(mock);
  const answeredDuring = async (work: Promise<unknown>) => {
    let [answered, hasEnded] = [0, false];
    void work.finally(() => (hasEnded = true));
    for (await new Promise(setImmediate); !hasEnded; await new Promise(setImmediate)) {
      expect((await api.get(widgets)).status).toBe(200);
      answered++;
    }
    return answered;
  };
  const response = await mock.fetch(url);
  let text = "";
  expect(await answeredDuring(response.text().then((all) => (text = all)))).toBeGreaterThan(2);
  const restored = mock.fetch(url, { method: "PUT", body: text });
  expect(await answeredDuring(restored)).toBeGreaterThan(2);
  expect((await restored).status).toBe(200);
});

test.each([
  ["in a part", (text: string) => text.slice(0, text.length / 2), /it ends in part \d+ of the state/],
  ["behind the state", (text: string) => text.slice(0, -10), /what stands around the state is not JSON/],
  ["before the state", (text: string) => text.slice(0, 20), /what stands around the state is not JSON/],
  ["and has invalid UTF-8", (text: string) => text.replace("ü", "\udc00").replace('"mock"', '"mo\u0000k"'), /part 0/],
  [
    "with values by the thousand",
    (text: string) => text.replace('"mock"', `[${"0,".repeat(20_000)}0]`),
    /10000 values/,
  ],
])("a snapshot that ends %s is rejected, and changes nothing", async (_, edit, message) => {
  const mock = await mockWith(5);
  const world = mock.world("sk_test_one");
  const before = world.snapshot.export();
  const text = edit(JSON.stringify(mock.snapshot.export()));
  const { status, body } = await putInChunks(await listening(mock), text, 1000);
  expect([status, body.detail]).toEqual([400, expect.stringMatching(message)]);
  expect(world.snapshot.export()).toEqual(before);
});

test.each([
  '[1, {"state": []}]',
  '{"snapshot": 4, "state": {}}',
  '{"snapshot": 4, "nested": {"state": [1]}}',
])("%s, which is JSON and no snapshot, is rejected as such", async (text) => {
  const { status, body } = await putInChunks(await listening(createMock()), text, 1000);
  expect([status, body.detail]).toEqual([409, expect.stringContaining("#/state must be an array, and the only one")]);
});

test("a client whose large snapshot is rejected at its start reads why", async () => {
  const mock = createMock();
  const text = `{"snapshot":3,"state":{"mock":"${"x".repeat(8_000_000)}"}}`;
  const { status, body } = await putInChunks(await listening(mock), text, 100_000);
  expect([status, body.detail]).toEqual([409, "the snapshot has format 3, this version restores format 4"]);
});

test("a client that goes away in the middle of a restore changes nothing, and leaves its place", async () => {
  const mock = await mockWith(20, { maxSnapshots: 1 });
  const before = mock.world("sk_test_one").snapshot.export();
  const to = await listening(mock);
  const outgoing = request(to, { method: "PUT" });
  outgoing.on("error", () => undefined);
  outgoing.write(JSON.stringify(mock.snapshot.export()).slice(0, 2000));
  await vi.waitFor(async () => expect((await fetch(to)).status).toBe(429));
  outgoing.destroy();
  await vi.waitFor(async () => expect((await fetch(to)).status).toBe(200));
  expect(mock.world("sk_test_one").snapshot.export()).toEqual(before);
});

test("snapshots over maxSnapshots are rejected with 429, until one is read or nobody wants it any more", async () => {
  const mock = await mockWith(2000, { maxSnapshots: 1 });
  const first = await mock.fetch(url);
  const refused = await mock.fetch(url);
  const named = {
    code: "bound_reached",
    detail: expect.stringContaining("--max-snapshots (maxSnapshots of createMock)"),
  };
  expect([refused.status, refused.headers.get("retry-after"), await refused.json()]).toMatchObject([429, "1", named]);
  expect((await mock.fetch(url, { method: "PUT", body: "{}" })).status).toBe(429);
  await first.body?.cancel();
  const second = await mock.fetch(url);
  expect(second.status).toBe(200);
  await second.text();
  expect((await mock.fetch(url, { method: "HEAD" })).status).toBe(200);
  expect((await mock.fetch(url)).status).toBe(200);
});

test("a mock that is full exports what can be restored, here and in a mock with the same bounds", async () => {
  const full = await mockWith(0, { maxStoredMegabytes: 1 });
  const api = clientOf(full);
  const body = { name: "Large", site_url: site, persona: "x".repeat(10_000) };
  let status = 201;
  for (let n = 0; status === 201; n++) ({ status } = await api.post(widgets, body, { "idempotency-key": `${n}` }));
  const saved = full.snapshot.export();
  const other = createMock({ clock: "manual", maxStoredMegabytes: 1 });
  for (const mock of [full, other]) {
    mock.snapshot.restore(saved);
    expect(withoutEpochs(mock.snapshot.export())).toEqual(withoutEpochs(saved));
    expect((await clientOf(mock).post(widgets, body)).status).toBe(507);
  }
});

test.each<[string, MockOptions]>([
  ["--max-widgets", { maxWidgets: 2 }],
  ["--max-worlds", { maxWorlds: 1 }],
  ["--max-stored-megabytes", { maxStoredMegabytes: 1 }],
])("a snapshot over %s is rejected by the name of the option, and changes nothing", async (flag, options) => {
  const large = await mockWith(3);
  const persona = "x".repeat(20_000);
  for (let n = 0; n < 60; n++)
    await clientOf(large, "sk_test_large").post(widgets, { name: "Large", site_url: site, persona });
  const mock = createMock({ clock: "manual", ...options });
  await clientOf(mock).create();
  const before = mock.snapshot.export();
  const { status, body } = await controlOf(mock).call("PUT", "/snapshot", large.snapshot.export());
  expect([status, body.code, body.detail]).toEqual([507, "bound_reached", expect.stringContaining(flag)]);
  expect(mock.world("sk_test_one").snapshot.export().state).toEqual(before.state.slice(1));
});

test("a restore that is rejected forgets no recorded request, and tells nobody who waits for some", async () => {
  const mock = await mockWith(30, { journalBytes: 60_000 });
  const before = mock.journal.list().requests.length;
  const waiting = mock.journal.list({ wait_for: 1000, timeout_seconds: 600 });
  const saved = mock.snapshot.export();
  expect(() => mock.snapshot.restore({ ...saved, checksum: "0".repeat(64) })).toThrow(/changed or cut off/);
  expect(mock.journal.list().requests).toHaveLength(before);
  mock.snapshot.restore(saved);
  for (let n = 0; n < 1000; n++) await clientOf(mock).get(widgets);
  expect((await waiting).requests.length).toBeGreaterThan(0);
});

test("two restores at a time: the second one does not undo the first", async () => {
  const saved = JSON.stringify((await mockWith(1000)).snapshot.export());
  const mock = createMock({ clock: "manual" });
  const answers = await Promise.all([1, 2].map(() => mock.fetch(url, { method: "PUT", body: saved })));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  const bodies = await Promise.all(answers.map((answer) => answer.json()));
  expect(bodies.map(({ detail }) => detail)).toContainEqual("the mock was reset or restored meanwhile");
});

test("the requests of several worlds are in the order of time after a restore", async () => {
  const mock = createMock({ clock: "manual" });
  for (let n = 0; n < 9; n++) {
    await clientOf(mock, `sk_test_${n % 3}`).get(`${widgets}/wgt_${n}`);
    mock.clock.advance({ seconds: 1 });
  }
  const paths = () => mock.journal.list().requests.map(({ path }) => path);
  const before = paths();
  mock.snapshot.restore(mock.snapshot.export());
  expect(paths()).toEqual(before);
});
