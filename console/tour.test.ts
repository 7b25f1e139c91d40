import { afterAll, beforeEach, expect, test } from "vitest";
import { reasonToSkip } from "../examples/browser/browser.ts";
import { closeBrowser, openConsole, sceneForTest } from "./stage.test-helper.ts";

beforeEach(({ skip }) => skip(reasonToSkip !== undefined, reasonToSkip));
afterAll(closeBrowser);

test("somebody creates a widget, watches its crawl, and finds the request", async () => {
  const { mock, url } = await sceneForTest();
  const page = await openConsole(`${url}`);
  await page.getByText("No widgets yet.").waitFor();
  await page.getByRole("link", { name: "Create a widget" }).click();
  await page.getByRole("textbox", { name: /^name/ }).fill("Bakery");
  await page.getByLabel("site_url").fill("https://bakery.example");
  await page.getByRole("button", { name: "Create" }).click();
  await page.waitForURL(/#\/widgets\/wgt_/);
  await page.getByRole("link", { name: "Widgets", exact: true }).click();
  const row = page.getByRole("row", { name: /Bakery/ });
  await row.getByText("draft").waitFor();
  await row.getByText("crawl ends in 30 s").waitFor();

  mock.world("sk_test_demo").clock.advance({ seconds: 30 });

  await row.getByText("active").waitFor();
  await page.getByRole("link", { name: "Requests" }).click();
  await page.getByRole("link", { name: "POST /api/v1/widgets" }).click();
  await page.getByText('"name": "Bakery"').first().waitFor();
  await page.getByRole("link", { name: "A-CREATE-1" }).waitFor();
  expect(await page.getByRole("complementary").textContent()).toContain("crawl of");
});

test("the demo site of a widget is one link away from its page", async () => {
  const { url, send } = await sceneForTest();
  const created = await send("POST", "/api/v1/widgets", { name: "Bakery", site_url: "https://bakery.example" });
  const { id } = await created.json();
  const page = await openConsole(url, `widgets/${id}`);
  await page.getByRole("link", { name: "Demo site" }).click();
  await page.waitForURL((address) => address.pathname === `/_mock/demo/${id}`);
  await page.getByText("Bakery").first().waitFor();
});
