import { expect, onTestFinished, test } from "vitest";
import { createMock, type MockOptions } from "../mock/index.ts";
import { pressKey, terminalKeys } from "./keys.ts";

/** A mock on a manual clock, and its keys. */
function mockWithKeys(options: MockOptions = {}) {
  const mock = createMock({ clock: "manual", crawl: "30s", ...options });
  onTestFinished(() => mock.close());
  let quits = 0;
  let opened = 0;
  const send = async (method: string, path: string, body?: object, key = "sk_test_one") => {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const init = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) };
    return (await mock.fetch(new Request(`http://mock.test/api/v1/widgets${path}`, init))).json();
  };
  return {
    send,
    create: (site_url: string, key?: string) => send("POST", "", { name: "Shop", site_url }, key),
    press: (key: string) =>
      pressKey(key, {
        mock,
        quit: () => void quits++,
        openConsole: options.console === false ? undefined : () => void opened++,
      }),
    quits: () => quits,
    opened: () => opened,
  };
}

const site = "https://northwindcatering.example";

test("h shows every key", () => {
  const shown = mockWithKeys().press("h");
  expect(shown.split("\n").slice(1)).toEqual(terminalKeys.map(({ key, description }) => `  ${key}  ${description}`));
});

test("another key gets a hint, and a capital letter is the same key", () => {
  const { press } = mockWithKeys();
  expect(press("x")).toBe('unknown key "x"; press h for the keys');
  expect(press("M")).toBe("the clock shows 2026-01-01T00:01:00Z");
});

test("c finishes the crawls of every organization", async () => {
  const { press, create, send } = mockWithKeys({ crawl: "manual" });
  const { id } = await create(site);
  await create(site, "sk_test_two");
  expect(press("c")).toBe("2 crawls finished");
  expect(await send("GET", `/${id}`)).toMatchObject({ status: "active" });
  expect(press("c")).toBe("no crawl is running");
});

test("m advances the clock by a minute, up to the end of time", async () => {
  const { press, create } = mockWithKeys({ clock: "manual@9999-12-31T23:58:00Z" });
  await create(site);
  expect(press("m")).toBe("the clock shows 9999-12-31T23:59:00Z; 1 crawl finished");
  expect(press("m")).toMatch(/9999/);
});

test("r resets", async () => {
  const { press, create, send } = mockWithKeys();
  await create(site);
  press("m");
  expect(press("r")).toBe("reset; the clock shows 2026-01-01T00:00:00Z");
  expect(await send("GET", "")).toMatchObject({ data: [] });
});

test("q quits", () => {
  const { press, quits } = mockWithKeys();
  expect([press("q"), quits()]).toEqual(["", 1]);
});

test("o opens the console, unless it is switched off", () => {
  const { press, opened } = mockWithKeys();
  expect([press("o"), opened()]).toEqual(["opening the console", 1]);
  expect(mockWithKeys({ console: false }).press("o")).toBe("the console is switched off");
});
