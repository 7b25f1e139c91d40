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
  await row.getByText("in 30 s: crawl ends").waitFor();

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

test("an admin makes a key for a partner, who uses it", async () => {
  const { mock, url } = await sceneForTest({ openKeys: false });
  const page = await openConsole(url, "widgets", { key: "" });
  await page.getByRole("link", { name: "Organizations" }).click();
  await page.getByLabel("Name", { exact: true }).fill("acme");
  await page.getByRole("button", { name: "Create an organization" }).click();
  await page.getByRole("button", { name: "Create a key" }).click();
  await page.getByText("it will not be shown again").waitFor();
  const key = await page.getByText(/^sk_test_/).textContent();
  const headers = { authorization: `Bearer ${key}` };
  expect((await mock.fetch("http://mock.test/api/v1/widgets", { headers })).status).toBe(200);
});
