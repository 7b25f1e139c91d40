import { beforeEach, expect, onTestFinished, test } from "vitest";
import { reasonToSkipFirefox, startFirefox } from "./firefox.test-helper.ts";
import { sceneForTest } from "./stage.test-helper.ts";

beforeEach(({ skip }) => skip(reasonToSkipFirefox !== undefined, reasonToSkipFirefox));

/** A mock with one active widget, and a tab of Firefox. */
async function firefoxAtWidget() {
  const { url, mock, send } = await sceneForTest();
  const created = await send("POST", "/api/v1/widgets", { name: "Bakery", site_url: "https://bakery.example" });
  mock.world("sk_test_demo").clock.advance({ seconds: 30 });
  const { id } = await created.json();
  const tab = await startFirefox();
  onTestFinished(() => tab.close());
  return { url, id, tab, send };
}

test("Firefox shows the console, and what happens in the mock at once", async () => {
  const { url, id, tab, send } = await firefoxAtWidget();
  await tab.open(`${url}/_mock/console/`);
  await tab.waitFor(`document.querySelector(".table-rows a")?.textContent.includes("Bakery")`);
  await tab.read(`document.querySelector(".table-rows a").click() ?? ""`);
  await tab.waitFor(
    `location.hash === "#/widgets/${id}" && document.querySelector("h1")?.textContent.includes("Bakery")`,
  );
  await send("POST", `/api/v1/widgets/${id}/pause`);
  await tab.waitFor(`document.querySelector("svg[aria-label$='in the state paused']")`);
  expect(tab.logged).toEqual([]);
});

test("Firefox shows a demo site, its widget, and the reply to a visitor", async () => {
  const { url, id, tab } = await firefoxAtWidget();
  await tab.open(`${url}/_mock/demo/${id}`);
  const widget = `[...(document.querySelector("iframe")?.contentDocument?.querySelectorAll("*") ?? [])].find(
    ({ shadowRoot }) => shadowRoot)?.shadowRoot`;
  await tab.waitFor(`${widget}?.querySelector(".launcher")`);
  await tab.read(`${widget}.querySelector(".launcher").click() ?? ""`);
  await tab.waitFor(`${widget}.querySelector(".prompts button")`);
  await tab.read(`${widget}.querySelector(".prompts button").click() ?? ""`);
  await tab.waitFor(`${widget}.querySelector(".log .widget")?.textContent.includes("Bakery")`);
  expect(tab.logged).toEqual([]);
});
