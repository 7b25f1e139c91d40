import { expect } from "vitest";
import { waitUntilActive } from "../integration/wait-until-active.ts";
import { createWidget } from "./create-widget.ts";
import { test } from "./test.ts";

test("waiting a minute for a new widget takes no time", async ({ client, sleep, widgetsMock }) => {
  const before = Date.parse((await widgetsMock.clock.get()).now);
  const id = await createWidget(client);

  expect(await waitUntilActive(client, sleep, id)).toEqual({ ended: "active" });

  const sleptMs = Date.parse((await widgetsMock.clock.get()).now) - before;
  expect(sleptMs).toBeGreaterThanOrEqual(30_000);
  expect(sleptMs).toBeLessThan(70_000);
});

test("waiting ends when the crawl fails", async ({ client, widgetsMock }) => {
  await widgetsMock.crawls.set({ mode: "manual" });
  const id = await createWidget(client);
  const failThen = async () => void (await widgetsMock.widgets.endCrawl({ id, outcome: "failed" }));

  expect(await waitUntilActive(client, failThen, id)).toMatchObject({ ended: "failed" });
});
