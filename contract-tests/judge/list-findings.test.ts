import { expect, test } from "vitest";
import { createMock } from "../../mock/index.ts";
import { run } from "../verify.ts";

const authorization = "Bearer sk_test_own";

/** A mock in which others have widgets, and whose answers to lists are changed. */
async function findingsWith(change: (url: URL, body: { data: object[]; next_cursor: string | null }) => object) {
  const mock = createMock({ clock: "manual" });
  for (let n = 0; n < 4; n++) {
    const body = JSON.stringify({ name: `Old ${n}`, site_url: "https://old.example" });
    const headers = { authorization, "content-type": "application/json" };
    await mock.fetch(new Request("http://mock.test/api/v1/widgets", { method: "POST", headers, body }));
  }
  const { report } = await run(
    {
      baseUrl: "http://mock.test",
      credential: { authorization },
      fetch: async (request) => {
        const url = new URL(request.url);
        const response = await mock.fetch(request);
        if (request.method !== "GET" || !url.pathname.endsWith("/widgets") || response.status !== 200) return response;
        return Response.json(change(url, await response.json()), response);
      },
      advance: (milliseconds) => void mock.clock.advance({ seconds: milliseconds / 1000 }),
    },
    { nonce: "n1" },
  );
  return report.rules.filter(({ verdict, basis }) => verdict === "fail" && basis !== "assumed").map(({ id }) => id);
}

test("a last page is missed though only others' widgets are on it, for they are the oldest", async () => {
  const limitOf = (url: URL) => Number(url.searchParams.get("limit"));
  let total = 0;
  const seen = new Map<string, number>();
  const found = await findingsWith((url, body) => {
    if (limitOf(url) === 100) total = body.data.length;
    const before = seen.get(url.searchParams.get("cursor") ?? "") ?? 0;
    const until = before + body.data.length;
    if (body.next_cursor) seen.set(body.next_cursor, until);
    const isLast = limitOf(url) > 1 && limitOf(url) < 100 && total - until === 1;
    return isLast ? { ...body, has_more: false, next_cursor: null } : body;
  });
  expect(found).toEqual(["LIST-3"]);
});

test("others that come and go are no holes in a walk", async () => {
  let calls = 0;
  const found = await findingsWith((_, body) => ({
    ...body,
    data: body.data.filter((widget) => !("name" in widget && String(widget.name) === `Old ${calls++ % 4}`)),
  }));
  expect(found).toEqual([]);
});
