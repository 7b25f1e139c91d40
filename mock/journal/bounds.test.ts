import { expect, test } from "vitest";
import { clientOf, widgets } from "../api-client.test-helper.ts";
import { createMock } from "../index.ts";

const kilobyte = "x".repeat(1000);

test("all journals together have one bound in bytes: the oldest request of all is forgotten", async () => {
  const mock = createMock({ clock: "manual", journalBytes: 100_000 });
  const clients = ["sk_test_a", "sk_test_b", "sk_test_c"].map((key) => clientOf(mock, key));
  for (let n = 0; n < 60; n++) await clients[n % 3]?.post(widgets, { n, persona: kilobyte });
  const { requests } = mock.journal.list();
  const kept = requests.map(({ request }) => JSON.parse(request?.body ?? "{}").n);
  expect(kept.length).toBeGreaterThan(10);
  expect(kept.length).toBeLessThan(40);
  expect(kept).toEqual(Array.from({ length: kept.length }, (_, index) => 60 - kept.length + index));
  const [first] = mock.world("sk_test_a").journal.list().requests;
  expect(first?.request_id).toBe(requests.find(({ organization }) => organization === first?.organization)?.request_id);
});

test("a busy organization forgets its own oldest first, and leaves those of others", async () => {
  const mock = createMock({ clock: "manual", journalEntries: 5 });
  await clientOf(mock, "sk_test_quiet").get(widgets);
  for (let n = 0; n < 20; n++) await clientOf(mock, "sk_test_busy").get(`${widgets}/wgt_${n}`);
  const paths = mock.journal.list().requests.map(({ path }) => path);
  expect(paths).toEqual([widgets, ...[15, 16, 17, 18, 19].map((n) => `${widgets}/wgt_${n}`)]);
});

test.each([0, 1])("with %i bytes nothing is remembered, and requests are answered", async (journalBytes) => {
  const mock = createMock({ clock: "manual", journalBytes });
  expect((await clientOf(mock).get(widgets)).status).toBe(200);
  expect(mock.journal.list().requests).toEqual([]);
});

test("a reset gives the bytes of a journal back", async () => {
  const mock = createMock({ clock: "manual", journalBytes: 50_000 });
  const [one, other] = [clientOf(mock, "sk_test_a"), clientOf(mock, "sk_test_b")];
  await other.get(widgets);
  for (let n = 0; n < 10; n++) await one.post(widgets, { persona: kilobyte });
  mock.world("sk_test_a").reset();
  for (let n = 0; n < 10; n++) await other.post(widgets, { persona: kilobyte });
  expect(mock.world("sk_test_b").journal.list().requests).toHaveLength(11);
});

test("requests of several organizations are in the order in which they came, after a restore too", async () => {
  const mock = createMock({ clock: "manual" });
  for (let n = 0; n < 6; n++) {
    await clientOf(mock, n % 2 ? "sk_test_a" : "sk_test_b").get(`${widgets}/wgt_${n}`);
    mock.clock.advance({ seconds: 1 });
  }
  const paths = mock.journal.list().requests.map(({ path }) => path);
  expect(paths).toEqual([0, 1, 2, 3, 4, 5].map((n) => `${widgets}/wgt_${n}`));
  const restored = createMock({ clock: "manual" });
  restored.snapshot.restore(mock.snapshot.export());
  expect(restored.journal.list().requests.map(({ path }) => path)).toEqual(paths);
  expect(restored.journal.list({ limit: 2 }).requests.map(({ path }) => path)).toEqual(paths.slice(-2));
});

test("headers that a client repeats are those of each request", async () => {
  const mock = createMock({ clock: "manual" });
  for (const n of ["1", "1", "2", "1"]) await clientOf(mock).call("GET", widgets, undefined, { "x-n": n });
  const sent = mock.journal
    .list()
    .requests.map(({ request }) => request?.headers.find(({ name }) => name === "x-n")?.value);
  expect(sent).toEqual(["1", "1", "2", "1"]);
});
