import { afterEach, beforeAll, describe, expect, vi } from "vitest";
import { site, widgets } from "../api-client.test-helper.ts";
import { type RemoteWorld, test } from "./vitest.ts";

async function create({ fetch }: RemoteWorld, name: string): Promise<void> {
  const { status } = await fetch(widgets, { method: "POST", body: JSON.stringify({ name, site_url: site }) });
  expect(status).toBe(201);
}

async function names({ fetch }: RemoteWorld): Promise<string[]> {
  const { data } = await (await fetch(widgets)).json();
  return data.map(({ name }: { name: string }) => name);
}

describe.concurrent("tests that run side by side", () => {
  test.for(["Bakery", "Florist", "Carpenter"])("have a world and a clock each: %s", async (name, { widgetsMock }) => {
    await widgetsMock.clock.advance({ seconds: name.length });
    await create(widgetsMock, name);
    expect(await names(widgetsMock)).toEqual([name]);
    expect(Date.parse((await widgetsMock.clock.get()).now)).toBe(Date.UTC(2026, 0, 1, 0, 0, name.length));
  });
});

describe("a test that runs again", () => {
  let runs = 0;
  beforeAll(() => {
    runs = 0;
  });

  test("finds nothing of the run before", { repeats: 1, retry: 1 }, async ({ widgetsMock }) => {
    runs++;
    expect(await names(widgetsMock)).toEqual([]);
    expect(Date.parse((await widgetsMock.clock.get()).now)).toBe(Date.UTC(2026, 0, 1));
    expect((await widgetsMock.faults.list()).faults).toEqual([]);
    await create(widgetsMock, "Bakery");
    await widgetsMock.clock.advance({ seconds: 60 });
    await widgetsMock.faults.add({ status: 503 });
    if (runs === 1) throw new Error("Once more, please.");
  });
});

test.extend("bakery", async ({ widgetsMock }) => {
  await create(widgetsMock, "Bakery");
  return "Bakery";
})("fixtures of one's own can build on the world", async ({ widgetsMock, bakery }) => {
  expect(await names(widgetsMock)).toEqual([bakery]);
});

describe("the globals that a test or a simulated browser replaces", () => {
  afterEach(() => vi.unstubAllGlobals());

  test.for(["fetch", "Request", "Response"])("%s is not used to control the mock", async (name, { widgetsMock }) => {
    vi.stubGlobal(name, class {});
    await widgetsMock.clock.advance({ seconds: 1 });
    await widgetsMock.faults.add({ status: 503 });
    expect((await widgetsMock.journal.list({ limit: 1 })).requests).toEqual([]);
    await expect(widgetsMock.faults.remove({ fault_id: "flt_x" })).rejects.toThrow("There is no fault flt_x.");
  });
});
