import axe from "axe-core";
import type { FrameLocator, Page } from "playwright-core";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { reasonToSkip } from "../../examples/browser/browser.ts";
import { listen } from "../../mock/http/listen.ts";
import { createMock } from "../../mock/index.ts";
import { type OwnedWidget, ownWidget, useBrowser } from "../widget/embedding.test-helper.ts";

const { newPage } = useBrowser();

beforeEach(({ skip }) => skip(reasonToSkip !== undefined, reasonToSkip));

interface OpenDemo {
  readonly page: Page;
  /** The customer's page. */
  readonly site: FrameLocator;
}

/** Opens the demo of a widget; fails the test for whatever its policy refuses, and for errors. */
async function openDemo(
  { world, id }: OwnedWidget,
  options: { readonly width?: number; readonly token?: string } = {},
): Promise<OpenDemo> {
  const page = await newPage({ viewport: { width: options.width ?? 1200, height: 900 } });
  const problems: string[] = [];
  page.on("pageerror", ({ message }) => problems.push(message));
  page.on("console", (line) => {
    if (/Content Security Policy|Trusted/.test(line.text())) problems.push(line.text());
  });
  onTestFinished(() => expect(problems).toEqual([]));
  await page.goto(`${world.url}/_mock/demo/${id}`);
  return { page, site: page.frameLocator("iframe") };
}

async function open({ site }: OpenDemo): Promise<void> {
  await site.locator(".launcher").click();
}

async function ask({ site }: OpenDemo, text: string): Promise<void> {
  await site.getByRole("textbox", { name: "Message" }).fill(text);
  await site.getByRole("textbox", { name: "Message" }).press("Enter");
}

/** Waits until the widget has replied so often, and returns the last reply. */
async function reply({ site }: OpenDemo, count: number): Promise<string> {
  const replies = site.locator(".log .widget");
  await replies.nth(count - 1).waitFor();
  return (await replies.last().textContent()) ?? "";
}

const startAnew = ({ site }: OpenDemo) => site.getByRole("button", { name: "New conversation" }).click();

test("an update takes effect on a new conversation, and a running one keeps its own", async () => {
  const demo = await openDemo(await ownWidget());
  await open(demo);
  await ask(demo, "Who are you?");
  expect(await reply(demo, 1)).toContain("You are the assistant of Northwind Catering.");

  await demo.page.getByLabel("Persona").fill("You are Sam.");
  await demo.page.getByLabel("Mode").selectOption("light");
  await demo.page.getByRole("button", { name: "Update" }).click();
  await demo.page.getByRole("status").getByText("New conversations use it at once").waitFor();
  await ask(demo, "And now?");
  expect(await reply(demo, 2)).toContain("You are the assistant of Northwind Catering.");

  await startAnew(demo);
  await demo.site.locator(".widget.light").waitFor({ state: "attached" });
  await ask(demo, "Who are you?");
  expect(await reply(demo, 1)).toContain("You are Sam.");
  await demo.page.getByRole("complementary").locator("li").nth(1).waitFor();
  expect(await demo.page.locator("aside li").allTextContents()).toEqual([
    expect.stringContaining("You are Sam."),
    expect.stringContaining("You are the assistant of Northwind Catering."),
  ]);
});

test("visitors get the old index until the new one is complete", async () => {
  const demo = await openDemo(await ownWidget());
  await open(demo);
  await demo.page.getByRole("button", { name: "Change the site and recrawl" }).click();
  await demo.page.getByText("A crawl is running.").waitFor();
  await ask(demo, "What is new?");
  expect(await reply(demo, 1)).toMatch(/\[idx_1\].*in revision 1/);

  await demo.page.getByRole("button", { name: "+1 min" }).click();
  await demo.page
    .getByRole("status")
    .getByText(/crawl\.succeeded/)
    .waitFor();
  await ask(demo, "And now?");
  expect(await reply(demo, 2)).toMatch(/\[idx_1\]/);
  await startAnew(demo);
  await ask(demo, "What is new?");
  expect(await reply(demo, 1)).toMatch(/\[idx_2\].*in revision 2/);
});

test("a paused widget loads and refuses, and a running conversation goes on", async () => {
  const demo = await openDemo(await ownWidget());
  await open(demo);
  await ask(demo, "Hello");
  await reply(demo, 1);
  await demo.page.getByRole("button", { name: "Pause" }).click();
  await demo.page.getByRole("button", { name: "Resume" }).waitFor();
  await ask(demo, "Still there?");
  await reply(demo, 2);

  await demo.page.getByRole("button", { name: "Reload the page" }).click();
  await open(demo);
  await ask(demo, "Hello");
  await demo.site.getByText("409 · widget_paused").waitFor();
  await demo.page.getByRole("button", { name: "Resume" }).click();
  await demo.page.getByRole("button", { name: "Pause" }).waitFor();
  await demo.site.getByRole("button", { name: "Try again" }).click();
  await reply(demo, 1);
});

test("a foreign site may not use the widget, until its host is among the domains", async () => {
  const demo = await openDemo(await ownWidget());
  await demo.page.getByLabel("A foreign site").check();
  await open(demo);
  await ask(demo, "Hello");
  await demo.site.getByText("The origin https://somewhere-else.example is not in the widget's domains.").waitFor();

  await demo.page.getByLabel("Hosts that may embed it").fill("northwindcatering.example\n somewhere-else.example\n");
  await demo.page.getByRole("button", { name: "Set domains" }).click();
  await demo.page.getByRole("status").getByText("The list is checked").waitFor();
  await ask(demo, "Hello");
  await reply(demo, 1);
});

test("what the API rejects is said beside the form", async () => {
  const demo = await openDemo(await ownWidget());
  await demo.page.getByLabel("Hosts that may embed it").fill("https://not-a-host");
  await demo.page.getByRole("button", { name: "Set domains" }).click();
  await demo.page.getByRole("alert").getByText("validation_error").waitFor();
});

test("a deleted widget is gone from the page, and its tag is still there", async () => {
  const demo = await openDemo(await ownWidget());
  await open(demo);
  await demo.page.getByRole("button", { name: "Delete" }).click();
  await demo.page.getByText("gone").first().waitFor();
  await demo.page.getByRole("button", { name: "Reload the page" }).click();
  await open(demo);
  await demo.site.getByText("Not available any more").waitFor();
});

test("names of a hostile organization are shown as text", async () => {
  const owned = await ownWidget();
  const hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
  await owned.call("PATCH", "", { name: hostile, persona: hostile, intro_title: hostile });
  const demo = await openDemo(owned);
  await demo.page.getByRole("heading", { name: hostile }).waitFor();
  await open(demo);
  await ask(demo, hostile);
  await reply(demo, 1);
  await demo.page.locator("aside li").getByText(hostile).waitFor();
  expect(await demo.page.locator("img").count()).toBe(0);
  expect(await demo.page.title()).toBe("Demo site · widgets-mock");
});

test("where the tab has no key of the widget's organization, it asks for one", async () => {
  const mock = createMock({ clock: "manual" });
  const { url, close } = await listen(mock);
  onTestFinished(close);
  const created = await fetch(`${url}/api/v1/widgets`, {
    method: "POST",
    headers: { Authorization: "Bearer sk_test_bakery", "Content-Type": "application/json" },
    body: JSON.stringify({ name: "Bakery", site_url: "https://bakery.example" }),
  });
  const { id } = await created.json();
  const page = await newPage();
  await page.goto(`${url}/_mock/demo/${id}`);
  await page.getByLabel("API key of its organization").fill("sk_test_bakery");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "+1 min" }).click();
  await page.getByText("active").first().waitFor();
});

test("with a control token the page asks for it, and the widget's page sends it", async () => {
  const mock = createMock({ clock: "manual", scenario: "one-active", controlToken: "s3cret" });
  const { url, close } = await listen(mock);
  onTestFinished(close);
  const listed = await fetch(`${url}/api/v1/widgets`, { headers: { authorization: "Bearer sk_test_demo" } });
  const { data } = await listed.json();
  const page = await newPage();
  await page.goto(`${url}/_mock/demo/${data[0].id}`);
  await page.getByLabel("Token").fill("s3cret");
  await page.keyboard.press("Enter");
  const demo = { page, site: page.frameLocator("iframe") };
  await open(demo);
  await ask(demo, "Hello");
  await reply(demo, 1);
});

test.each(["light", "dark"] as const)("axe finds nothing in the demo and in the widget, %s", async (mode) => {
  const owned = await ownWidget();
  await owned.call("PATCH", "", { theme: { mode, primary: "#777777" } });
  // axe is put into the page, which its policy would refuse.
  const page = await newPage({ bypassCSP: true, colorScheme: mode });
  await page.goto(`${owned.world.url}/_mock/demo/${owned.id}`);
  const demo = { page, site: page.frameLocator("iframe") };
  await page.getByRole("button", { name: "Set domains" }).waitFor();
  const violations = async () => {
    const found = page.frames().map(async (frame) => {
      await frame.evaluate(axe.source);
      return frame.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run(document, { iframes: false }));
    });
    return (await Promise.all(found)).flatMap((one) => one.violations.map(({ id, nodes }) => [id, nodes[0]?.html]));
  };
  await open(demo);
  expect(await violations()).toEqual([]);
  await ask(demo, "Hello");
  await reply(demo, 1);
  expect(await violations()).toEqual([]);
  await owned.call("POST", "/pause");
  await startAnew(demo);
  await ask(demo, "Hello");
  await demo.site.getByText("409 · widget_paused").waitFor();
  expect(await violations()).toEqual([]);
});

test("at 400 pixels nothing is wider than the page", async () => {
  const { page, site } = await openDemo(await ownWidget(), { width: 400 });
  await site.locator(".launcher").waitFor();
  await page.getByRole("button", { name: "Set domains" }).waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(400);
});

test("a page of another origin can neither load nor frame the demo", async () => {
  const { world, id } = await ownWidget();
  const other = await listen(createMock());
  onTestFinished(other.close);
  const page = await newPage();
  await page.goto(`${other.url}/openapi.json`);
  const shown = await page.evaluate(
    async ({ url, id }) => {
      const frame = Object.assign(document.createElement("iframe"), { src: `${url}/_mock/demo/${id}/site` });
      const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
      document.body.append(frame);
      await loaded;
      const fetched = await fetch(frame.src).then(
        () => "read",
        () => "failed",
      );
      return fetched;
    },
    { url: world.url, id },
  );
  expect(shown).toBe("failed");
  for (const frame of page.frames().slice(1)) expect(await frame.getByText("Northwind").count()).toBe(0);
});
