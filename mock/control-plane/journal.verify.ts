import { expect, test } from "vitest";
import { clientOf } from "../api-client.test-helper.ts";
import { createMock } from "../index.ts";

test("who stops listening is forgotten, and who never reads is let go", async () => {
  const mock = createMock({ clock: "manual" });
  const listen = () => mock.fetch(new Request("http://mock.test/_mock/events"));
  await (await listen()).body?.cancel();
  const response = await listen();
  const api = clientOf(mock);
  for (let call = 0; call < 10_010; call++) await api.get("/api/v1/widgets/wgt_1");
  const unread = (response.body as ReadableStream<Uint8Array>).getReader();
  let events = 0;
  while (!(await unread.read()).done) events++;
  expect(events).toBeGreaterThan(9_000);
  expect(events).toBeLessThan(10_010);
});
