import { expect, test } from "vitest";
import { widgets } from "../api-client.test-helper.ts";
import { createMock } from "../index.ts";

const authorized = { headers: { authorization: "Bearer sk_test_waiting" } };

test("those who wait for the same request are woken one after the other, and others are served between", async () => {
  const mock = createMock({ maxWaiting: 200 });
  const call = async (path: string) => (await mock.fetch(`http://mock.test${path}`, authorized)).json();
  const order: string[] = [];
  const waiting = Array.from({ length: 200 }, async () => {
    const { requests } = await call("/_mock/requests?wait_for=1&timeout_seconds=60");
    order.push("woken");
    return requests;
  });
  await mock.fetch("http://mock.test/_mock/health");
  await call(widgets);
  await new Promise((resolve) => setImmediate(resolve));
  await call("/_mock/health");
  order.push("served");
  const lists = await Promise.all(waiting);
  expect(order.indexOf("served")).toBeLessThan(150);
  for (const requests of lists) expect(requests).toEqual(lists[0]);
  expect(lists[0]).toHaveLength(1);
});
