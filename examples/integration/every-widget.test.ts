import { describe, expect, it } from "vitest";
import { makeClient } from "./client.ts";
import { everyWidget } from "./every-widget.ts";
import { createWidgets, dialects, manualWorld, type Send } from "./manual-world.test-helper.ts";

describe.each(dialects)("a walk through the list in the dialect %s", (dialect) => {
  it.each([1, 2, 7, 20])("finds every widget once, %i to a page", async (limit) => {
    const { client } = manualWorld(dialect);
    const ids = await createWidgets(client, 7);
    const found = await everyWidget(client, limit);
    expect(found.map(({ id }) => id).sort()).toEqual([...ids].sort());
  });

  it("misses no widget when a page that it has read is deleted", async () => {
    const { client } = manualWorld(dialect, deletingTheFirstPage);
    await createWidgets(client, 9);
    const found = await everyWidget(client, 2);
    const survivors = await everyWidget(client, 2);
    expect(found.map(({ id }) => id)).toEqual(expect.arrayContaining(survivors.map(({ id }) => id)));
    expect(survivors.length).toBeLessThan(9);
  });
});

describe("a walk through an unusual list", () => {
  it("stops when a cursor leads back", async () => {
    let page = 0;
    const client = clientReceiving(() => ({ data: [], has_more: true, next_cursor: ["a", "b"][page++ % 2] }));
    await expect(everyWidget(client)).rejects.toThrow("page that was already read");
    expect(page).toBe(3);
  });

  it("continues after an empty page, and ends at an empty cursor", async () => {
    const pages = [
      { data: [], next_cursor: "a" },
      { data: [{ id: "wgt_1" }], next_cursor: "" },
    ];
    expect(await everyWidget(clientReceiving(() => pages.shift()))).toEqual([{ id: "wgt_1" }]);
  });

  it("fails when a page has another form", async () => {
    await expect(everyWidget(clientReceiving(() => ({ widgets: [] })))).rejects.toThrow("no page with the member data");
  });
});

/** Simulates another client that deletes widgets during the walk. */
function deletingTheFirstPage(send: Send): Send {
  let pages = 0;
  return async (request) => {
    const response = await send(request);
    if (request.method !== "GET") return response;
    pages += 1;
    if (pages > 1) return response;
    const { data } = (await response.clone().json()) as { data: readonly { id: string }[] };
    const [list] = request.url.split("?");
    for (const { id } of data) await send(new Request(`${list}/${id}`, { method: "DELETE", headers: request.headers }));
    return response;
  };
}

function clientReceiving(body: () => unknown): ReturnType<typeof makeClient> {
  const fetch = async () => Response.json(body());
  return makeClient({ baseUrl: "http://mock.test", apiKey: "sk_test_example", fetch });
}
