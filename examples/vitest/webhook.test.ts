import { expect, vi } from "vitest";
import { createWidget } from "./create-widget.ts";
import { startReceiver } from "./receiver.ts";
import { test } from "./test.ts";

const secret = "whsec_b3VyLW93bi1zZWNyZXQtZm9yLXdlYmhvb2tz";

const testWithReceiver = test.extend("receiver", async ({ widgetsMock }, { onCleanup }) => {
  const receiver = await startReceiver(secret);
  // It rejects what was signed long ago, so its clock has to show the mock's time.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse((await widgetsMock.clock.get()).now) });
  onCleanup(() => {
    vi.useRealTimers();
    receiver.close();
  });
  return receiver;
});

testWithReceiver("receives that a widget is ready, even twice", async ({ client, receiver, widgetsMock }) => {
  await widgetsMock.webhooks.add({ url: receiver.url, secret, faults: { duplicate: true } });

  const id = await createWidget(client);
  await widgetsMock.clock.advance({ seconds: 60 }); // waits for the webhooks that this sends

  expect(receiver.ready).toEqual([id, id]);
});

testWithReceiver("rejects what somebody else has signed", async ({ client, receiver, widgetsMock }) => {
  await widgetsMock.webhooks.add({ url: receiver.url, secret, faults: { corruptSignature: true } });

  await createWidget(client);
  await widgetsMock.crawls.end({ outcome: "succeeded" });
  await widgetsMock.deliveries.settle();

  expect(receiver.ready).toEqual([]);
  const [delivery] = (await widgetsMock.deliveries.list()).deliveries;
  expect(delivery).toMatchObject({ event: "widget.ready", attempts: [{ status: 400 }] });
});
