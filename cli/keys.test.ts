import { expect, onTestFinished, test } from "vitest";
import { createMock, type MockOptions } from "../mock/index.ts";
import { keys, press } from "./keys.ts";

/** A mock on a clock that stands, and what its terminal answers to a key. */
function desk(options: MockOptions = {}) {
  const mock = createMock({ clock: "manual", crawl: "30s", ...options });
  onTestFinished(() => mock.close());
  let quits = 0;
  const send = async (method: string, path: string, body?: object, key = "sk_test_one") => {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const init = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) };
    const response = await mock.fetch(new Request(`http://mock.test/api/v1/widgets${path}`, init));
    return response.json();
  };
  return {
    mock,
    send,
    create: (key?: string) =>
      send("POST", "", { name: "Northwind Catering", site_url: "https://northwindcatering.example" }, key),
    press: (key: string, columns = 120) => press(key, { mock, columns, colours: false, quit: () => void quits++ }),
    quits: () => quits,
  };
}

test("every key is one small letter, and its own", () => {
  expect(new Set(keys.map(({ key }) => key)).size).toBe(keys.length);
  for (const { key } of keys) expect(key).toMatch(/^[a-z]$/);
});

test("h shows every key with what it does", () => {
  const shown = desk().press("h");
  for (const { key, does } of keys) expect(shown).toContain(`\n  ${key}  ${does}`);
});

test("a key without a meaning does nothing and tells nothing", () => {
  const { press, mock } = desk();
  const before = mock.snapshot();
  for (const key of ["x", "\r", " ", "?", "\x04", "é", "constructor"]) expect(press(key)).toBe("");
  expect(mock.snapshot()).toEqual(before);
});

test("a capital letter is the same key", () => {
  expect(desk().press("M")).toMatch(/^a minute on/);
});

test("c finishes the crawls of every organization", async () => {
  const { press, create, send } = desk({ crawl: "manual" });
  const { id } = await create();
  await create("sk_test_two");
  expect(press("c")).toBe("2 crawls succeeded");
  expect(await send("GET", `/${id}`)).toMatchObject({ status: "active" });
  expect(press("c")).toBe("nothing to end: no crawl is running");
});

test("f fails them", async () => {
  const { press, create, send } = desk();
  const { id } = await create();
  expect(press("f")).toBe("1 crawl failed");
  expect(await send("GET", `/${id}`)).toMatchObject({ status: "draft", last_crawl: { status: "failed" } });
  expect(press("f")).toBe("nothing to end: no crawl is running");
});

test("m moves the clock a minute, and counts the crawls that end on the way", async () => {
  const { press, create, send } = desk();
  await create();
  await send("POST", "", { name: "Shop", site_url: "https://shop.fail.test" });
  expect(press("m")).toBe("a minute on: the clock stands at 2026-01-01T00:01:00Z; 1 crawl succeeded, 1 failed");
  expect(press("m")).toBe("a minute on: the clock stands at 2026-01-01T00:02:00Z");
});

test("m at the end of time says that it goes no further, and changes nothing", () => {
  const { press, mock } = desk({ clock: "manual@9999-12-31T23:59:30Z" });
  const before = mock.clock.now();
  expect(press("m")).toMatch(/9999/);
  expect(mock.clock.now()).toBe(before);
});

test("p lets the clock run, and stand again", () => {
  const { press, mock } = desk();
  expect(press("p")).toBe("the clock runs from 2026-01-01T00:00:00Z on");
  expect(mock.clock.running).toBe(true);
  expect(press("p")).toMatch(/^the clock stands at 2026-01-01T00:00:\d\dZ$/);
  expect(mock.clock.running).toBe(false);
});

test("r begins again", async () => {
  const { press, create, send } = desk();
  await create();
  press("m");
  expect(press("r")).toBe("all is as at the start; the clock stands at 2026-01-01T00:00:00Z");
  expect(await send("GET", "")).toMatchObject({ data: [] });
});

test("q quits, and tells nothing of its own", () => {
  const { press, quits } = desk();
  expect(press("q")).toBe("");
  expect(quits()).toBe(1);
});

test("j shows the newest twenty answers of every organization, the newest last", async () => {
  const { press, create, send } = desk();
  expect(press("j")).toBe("no organization has had an answer yet");
  for (let count = 0; count < 20; count++) await create();
  press("m");
  await send("GET", "?limit=0", undefined, "sk_test_two");
  press("m");
  await send("GET", "/wgt_nobody");
  const [head, ...rows] = press("j").split("\n");
  expect(head).toMatch(/^TIME +METHOD +PATH +STATUS +CODE$/);
  expect(rows).toHaveLength(20);
  expect(rows[0]).toMatch(/^2026-01-01T00:00:00Z {2}POST {4}\/api\/v1\/widgets {13}201$/);
  expect(rows[18]).toMatch(/^2026-01-01T00:01:00Z {2}GET {5}\/api\/v1\/widgets {13}400 {5}validation_error$/);
  expect(rows[19]).toMatch(/^2026-01-01T00:02:00Z {2}GET {5}\/api\/v1\/widgets\/wgt_nobody {2}404 {5}not_found$/);
});

test.each([60, 79, 80, 120])("a terminal of %i columns has each answer on one line", async (columns) => {
  const { press, send } = desk();
  await send("GET", `/wgt_${"x".repeat(150)}END`);
  await send("GET", "?limit=0");
  for (const line of press("j", columns).split("\n")) expect(line.length).toBeLessThanOrEqual(columns);
  expect(press("j", columns)).toMatch(/ …x+END +404 +not_found$/m);
});
