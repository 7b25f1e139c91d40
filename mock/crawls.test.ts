import { expect, onTestFinished, test, vi } from "vitest";
import { clientOf, widgets } from "./api-client.test-helper.ts";
import { checkedMock } from "./checked-mock.test-helper.ts";
import { createMock, OptionError } from "./index.ts";
import { magicHosts } from "./world/crawl-plan.ts";

test.each([
  "fail.test",
  "www.shop.fail.test",
  "FAIL.TEST",
  "fail.test.",
])("the first crawl of %s fails, and the widget stays a draft", async (host) => {
  const mock = checkedMock({ crawl: "2s" });
  const api = clientOf(mock);
  const id = await api.create({ site_url: `https://${host}/menu` });
  expect(mock.clock.advance({ seconds: 2 }).happened).toMatchObject([
    { type: "crawl.failed", status: "draft", event: "widget.crawl_failed" },
  ]);
  const { body } = await api.get(`${widgets}/${id}`);
  expect(body).toMatchObject({
    status: "draft",
    last_crawl: { status: "failed", pages: null, error: { code: "site_unreachable" } },
  });
  const again = await api.post(`${widgets}/${id}/recrawl`);
  expect(again).toMatchObject({
    status: 202,
    body: { status: "draft", last_crawl: { status: "running", trigger: "recrawl" } },
  });
});

test("a site under .invalid has no such host", async () => {
  const mock = checkedMock();
  const api = clientOf(mock);
  const id = await api.createActive({ site_url: "http://northwind.invalid" });
  expect((await api.get(`${widgets}/${id}`)).body.last_crawl).toMatchObject({
    status: "failed",
    error: { code: "host_not_found" },
  });
});

test("a crawl of slow.test takes ten times as long", async () => {
  const mock = checkedMock({ crawl: "2s" });
  await clientOf(mock).create({ site_url: "https://slow.test" });
  expect(mock.clock.advance({ seconds: 19.999 }).happened).toEqual([]);
  expect(mock.clock.advance({ seconds: 0.001 }).happened).toMatchObject([{ type: "crawl.succeeded" }]);
});

test("a crawl of hang.test never ends", async () => {
  const mock = checkedMock();
  const api = clientOf(mock);
  const id = await api.create({ site_url: "https://a.hang.test" });
  expect(mock.clock.advance({ seconds: 10 * 365 * 24 * 3600 }).happened).toEqual([]);
  const { body } = await api.get(`${widgets}/${id}`);
  expect(body).toMatchObject({ status: "draft", last_crawl: { status: "running" } });
  expect((await api.post(`${widgets}/${id}/recrawl`)).headers.get("retry-after")).toBeNull();
});

test("a crawl of empty.test succeeds and finds no page", async () => {
  const api = clientOf(checkedMock());
  const id = await api.createActive({ site_url: "https://empty.test" });
  expect((await api.get(`${widgets}/${id}`)).body).toMatchObject({
    status: "active",
    last_crawl: { status: "succeeded", pages: 0 },
  });
});

test("recrawl-fail.test crawls once, and then fails and stays active", async () => {
  const mock = checkedMock();
  const api = clientOf(mock);
  const id = await api.createActive({ site_url: "https://recrawl-fail.test" });
  await api.post(`${widgets}/${id}/recrawl`);
  expect(mock.clock.advance({ seconds: 2 }).happened).toMatchObject([
    { type: "crawl.failed", status: "active", event: "widget.crawl_failed" },
  ]);
  const { body } = await api.get(`${widgets}/${id}`);
  expect(body).toMatchObject({ status: "active", last_crawl: { status: "failed", trigger: "recrawl" } });
});

test.each(["myfail.test", "fail.test.example", "fail.testing", "test"])("%s is no magic host", async (host) => {
  const api = clientOf(checkedMock());
  const id = await api.createActive({ site_url: `https://${host}` });
  expect((await api.get(`${widgets}/${id}`)).body.status).toBe("active");
});

test("every magic host is under a reserved name", () => {
  for (const host of Object.keys(magicHosts)) expect(["test", "invalid"]).toContain(host.split(".").at(-1));
});

test("a crawl takes a time in its range, chosen by the seed", async () => {
  const ends = async (seed: number) => {
    const mock = checkedMock({ crawl: "30s-60s", seed });
    for (let n = 0; n < 20; n++) await clientOf(mock).create();
    return mock.clock.advance({ seconds: 60 }).happened.map(({ at }) => at);
  };
  const [first, same, other] = [await ends(7), await ends(7), await ends(8)];
  expect(first).toHaveLength(20);
  expect(first[0] && first[0] >= "2026-01-01T00:00:30.000Z").toBe(true);
  expect(same).toEqual(first);
  expect(other).not.toEqual(first);
});

test("a crawl of three reads is running in three reads, in a get or in a list", async () => {
  const api = clientOf(checkedMock({ crawl: "reads:3" }));
  const id = await api.create();
  expect((await api.get(`${widgets}/${id}`)).body.status).toBe("draft");
  expect((await api.get(widgets)).body.data[0].status).toBe("draft");
  expect((await api.get(`${widgets}/${id}`)).body.status).toBe("draft");
  expect((await api.get(`${widgets}/${id}`)).body.status).toBe("active");
});

test("an immediate crawl has ended by the next request, and the create still shows a draft", async () => {
  const api = clientOf(checkedMock({ crawl: "immediate" }));
  const { body } = await api.post(widgets, { name: "x", site_url: "https://a.example" });
  expect(body.status).toBe("draft");
  expect((await api.get(`${widgets}/${body.id}`)).body.status).toBe("active");
});

test("on the real clock a crawl ends by itself", async () => {
  const ended = new Promise<string>((resolve) => {
    const mock = createMock({ crawl: "1ms", observer: { onHappening: ({ type }) => resolve(type) } });
    // An agenda alone keeps no process alive, so the test holds it open.
    void clientOf(mock).create();
  });
  expect(await ended).toBe("crawl.succeeded");
});

test("nothing happens in a closed mock", async () => {
  const happened: unknown[] = [];
  const mock = createMock({ clock: "manual", observer: { onHappening: (happening) => happened.push(happening) } });
  await clientOf(mock).create();
  mock.close();
  mock.clock.advance({ seconds: 60 });
  expect(happened).toEqual([]);
});

test.each([
  { crawl: "2" },
  { crawl: "60s-30s" },
  { crawl: "reads:0" },
  { crawl: "1s-2s-3s" },
  { clock: "fast" },
  { clock: "manual@yesterday" },
  { seed: 1.5 },
  { seed: -1 },
  { journalEntries: 0 },
])("the option %j is rejected with its name", (options) => {
  expect(() => createMock(options)).toThrow(OptionError);
  expect(() => createMock(options)).toThrow(Object.keys(options)[0]);
});

test("a crawl ends when its time has elapsed, though the system's clock was set back by an hour meanwhile", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const mock = createMock({ crawl: "30s", clock: "real" });
  const api = clientOf(mock);
  const id = await api.create();
  await vi.advanceTimersByTimeAsync(20_000);
  vi.setSystemTime(Date.now() - 3_600_000);
  await vi.advanceTimersByTimeAsync(9000);
  expect((await api.get(`${widgets}/${id}`)).body.status).toBe("draft");
  await vi.advanceTimersByTimeAsync(1001);
  const { status, last_crawl: crawl } = (await api.get(`${widgets}/${id}`)).body;
  expect([status, Date.parse(crawl.finished_at) - Date.parse(crawl.started_at)]).toEqual(["active", 30_000]);
});
