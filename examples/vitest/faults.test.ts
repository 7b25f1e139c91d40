import { expect } from "vitest";
import { everyWidget } from "../integration/every-widget.ts";
import { waitUntilActive } from "../integration/wait-until-active.ts";
import { createWidget } from "./create-widget.ts";
import { test } from "./test.ts";

test("an outage only makes the wait longer", async ({ client, sleep, widgetsMock }) => {
  const id = await createWidget(client);
  await widgetsMock.faults.add({ operation: "getWidget", status: 503, calls: 2 });

  expect(await waitUntilActive(client, sleep, id)).toEqual({ ended: "active" });

  expect((await widgetsMock.journal.list({ status: 503 })).requests).toHaveLength(2);
});

test("a create whose response is lost makes one widget", async ({ client, widgetsMock }) => {
  await widgetsMock.faults.add({ operation: "createWidget", connection: "reset", carriedOut: true, calls: 1 });

  const id = await createWidget(client);

  expect((await everyWidget(client)).map((widget) => widget.id)).toEqual([id]);
  expect((await widgetsMock.journal.list({ operation: "createWidget" })).requests).toHaveLength(2);
});
