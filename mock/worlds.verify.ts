import { expect, test } from "vitest";
import { clientOf, widgets } from "./api-client.test-helper.ts";
import { createMock } from "./index.ts";

test("of very many worlds the blank ones are dropped, and the others stay", async () => {
  const mock = createMock();
  const id = await clientOf(mock, "sk_test_keeper").create();
  const before = mock.world("sk_test_stranger_0");
  for (let n = 0; n < 20_100; n++)
    await mock.fetch(
      new Request(`http://mock.test${widgets}`, { headers: { authorization: `Bearer sk_test_stranger_${n}` } }),
    );
  expect((await clientOf(mock, "sk_test_keeper").get(`${widgets}/${id}`)).status).toBe(200);
  expect(before.journal.list().requests).toEqual([]);
});
