import { expect, type RemoteWorld, test } from "widgets-mock/playwright";

/** Creates the widget of a bakery, as the code under test would, and moves the clock past its crawl. */
async function createWidget({ fetch, clock }: RemoteWorld): Promise<string> {
  const body = JSON.stringify({ name: "Bakery", site_url: "https://bakery.example" });
  const { id } = await (await fetch("/api/v1/widgets", { method: "POST", body })).json();
  await clock.advance({ seconds: 60 });
  return id;
}

test("a visitor of the site asks, and gets a reply", async ({ widgetsMock, embedWidget, page }) => {
  const id = await createWidget(widgetsMock);

  const widget = await embedWidget(id);
  await widget.getByRole("button", { name: "Talk to us" }).click();
  await widget.getByRole("textbox", { name: "Message" }).fill("When do you open?");
  await page.keyboard.press("Enter");

  await expect(widget.getByRole("log")).toContainText("You are the assistant of Bakery.");
  await widgetsMock.journal.verify({ operation: "sendMessage", body: { text: "When do you open?" }, exactly: 1 });
});

test("a widget that is paused loads, and refuses", async ({ widgetsMock, embedWidget }) => {
  const id = await createWidget(widgetsMock);
  await widgetsMock.fetch(`/api/v1/widgets/${id}/pause`, { method: "POST" });

  const widget = await embedWidget(id);
  await widget.getByRole("button", { name: "Talk to us" }).click();
  await widget.getByRole("button", { name: "What does Bakery offer?" }).click();

  await expect(widget.getByRole("alert")).toContainText("widget_paused");
});

test("a page of another site may not use it", async ({ widgetsMock, embedWidget }) => {
  const id = await createWidget(widgetsMock);

  const widget = await embedWidget(id, { origin: "https://copycat.example" });
  await widget.getByRole("button", { name: "Talk to us" }).click();
  await widget.getByRole("button", { name: "What does Bakery offer?" }).click();

  await expect(widget.getByRole("alert")).toContainText("https://copycat.example is not in the widget's domains");
});

test("the site's own page embeds it, under its policy", async ({ widgetsMock, embedWidget, page }) => {
  const id = await createWidget(widgetsMock);
  await widgetsMock.fetch(`/api/v1/widgets/${id}`, { method: "PATCH", body: '{"display_mode":"inline"}' });
  const { url } = widgetsMock;

  await embedWidget(id, {
    headers: { "Content-Security-Policy": `default-src 'none'; script-src ${url}; connect-src ${url}` },
    html: (scriptTag) => `<!doctype html><title>Bakery</title><main><h1>Fresh bread</h1>${scriptTag}</main>`,
  });

  await expect(page.getByRole("main").getByRole("heading", { name: "Hi, this is Bakery" })).toBeVisible();
});
