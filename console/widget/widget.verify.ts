import type { Locator, Page } from "playwright-core";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { reasonToSkip } from "../../examples/browser/browser.ts";
import { listen } from "../../mock/http/listen.ts";
import { createMock } from "../../mock/index.ts";
import { ownWidget, useBrowser } from "./embedding.test-helper.ts";

const { newPage } = useBrowser();

beforeEach(({ skip }) => skip(reasonToSkip !== undefined, reasonToSkip));

const launcher = (widget: Locator) => widget.locator(".launcher");
const input = (widget: Locator) => widget.getByRole("textbox", { name: "Message" });
const notice = (widget: Locator) => widget.getByRole("alert");

async function ask(widget: Locator, text: string): Promise<void> {
  await input(widget).fill(text);
  await input(widget).press("Enter");
}

/** The errors of a page, and what its policy refused. */
function problemsOf(page: Page): string[] {
  const problems: string[] = [];
  page.on("pageerror", ({ message }) => problems.push(message));
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy") || message.text().includes("Trusted")) {
      problems.push(message.text());
    }
  });
  return problems;
}

describe("the configuration", () => {
  test.each([
    "bottom-right",
    "bottom-left",
    "top-right",
    "top-left",
  ] as const)("%s is a corner of the page", async (position) => {
    const { call, embedIn } = await ownWidget();
    await call("PATCH", "", { position });
    const widget = await embedIn(await newPage({ viewport: { width: 1000, height: 800 } }));
    const box = await launcher(widget).boundingBox();
    if (!box) throw new Error("the button is not visible");
    expect([box.y > 400 ? "bottom" : "top", box.x > 500 ? "right" : "left"].join("-")).toBe(position);
    await launcher(widget).click();
    const panel = await widget.getByRole("dialog").boundingBox();
    if (!panel) throw new Error("the panel is not visible");
    expect(panel.x >= 0 && panel.y >= 0 && panel.x + panel.width <= 1000 && panel.y + panel.height <= 800).toBe(true);
  });

  test.each([
    ["light", "light", "rgb(255, 255, 255)"],
    ["dark", "light", "rgb(22, 24, 29)"],
    ["auto", "light", "rgb(255, 255, 255)"],
    ["auto", "dark", "rgb(22, 24, 29)"],
  ] as const)("a theme that is %s, on a system that is %s", async (mode, colorScheme, surface) => {
    const { call, embedIn } = await ownWidget();
    await call("PATCH", "", { theme: { mode, primary: "#b83228", radius: 7 } });
    const widget = await embedIn(await newPage({ colorScheme }));
    await launcher(widget).click();
    const panel = widget.getByRole("dialog");
    const styles = await panel.evaluate((element) => {
      const { backgroundColor, borderRadius } = getComputedStyle(element);
      return [backgroundColor, borderRadius];
    });
    expect(styles).toEqual([surface, "7px"]);
    expect(await launcher(widget).evaluate((element) => getComputedStyle(element).backgroundColor)).toBe(
      "rgb(184, 50, 40)",
    );
  });

  test("an inline widget stands at its tag, and has no button", async () => {
    const { call, embedIn } = await ownWidget();
    await call("PATCH", "", { display_mode: "inline" });
    const page = await newPage();
    const widget = await embedIn(page, {
      html: (tag) => `<!doctype html><title>Site</title><p id="before">Before</p>${tag}<p id="after">After</p>`,
    });
    await widget.getByRole("region", { name: "Hi, this is Northwind Catering" }).waitFor();
    const order = await page.evaluate(() => [...document.body.children].map(({ id, tagName }) => id || tagName));
    expect(order).toEqual(["before", "SCRIPT", "DIV", "after"]);
    expect(await launcher(widget).count()).toBe(0);
    await ask(widget, "Hello");
    await widget.getByText(/^Assistant:/).waitFor();
  });

  test("a full-screen widget covers the page, and the page behind it cannot be reached", async () => {
    const { call, embedIn } = await ownWidget();
    await call("PATCH", "", { display_mode: "fullscreen" });
    const page = await newPage({ viewport: { width: 900, height: 700 } });
    const widget = await embedIn(page, {
      html: (tag) => `<!doctype html><title>Site</title><button>Order</button>${tag}`,
    });
    await launcher(widget).click();
    expect(await widget.getByRole("dialog").boundingBox()).toEqual({ x: 0, y: 0, width: 900, height: 700 });
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Shift+Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).not.toBe("Order");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Order" }).click();
  });

  test("without a label the button has its name for a screen reader alone", async () => {
    const { call, embedIn } = await ownWidget();
    await call("PATCH", "", { show_label: false, button_label: "Ask Sam" });
    const widget = await embedIn(await newPage());
    await widget.getByRole("button", { name: "Ask Sam" }).waitFor();
    expect(await launcher(widget).textContent()).toBe("");
  });

  test("a new conversation takes an update, and a running one keeps its own", async () => {
    const { call, embedIn } = await ownWidget();
    const widget = await embedIn(await newPage());
    await launcher(widget).click();
    await ask(widget, "Who are you?");
    await widget.getByText(/You are the assistant of Northwind Catering/).waitFor();

    await call("PATCH", "", { persona: "You are Sam.", intro_title: "Hi, I'm Sam" });
    await ask(widget, "And now?");
    await expect.poll(() => widget.getByText(/^Assistant:.*You are the assistant of Northwind/).count()).toBe(2);

    await widget.getByRole("button", { name: "New conversation" }).click();
    await widget.getByRole("heading", { name: "Hi, I'm Sam" }).waitFor();
    await ask(widget, "Who are you?");
    await widget.getByText(/^Assistant: \[idx_1\] You are Sam\./).waitFor();
  });

  test.each(["sent", "begun"])("what is %s while a new conversation is prepared is not lost", async (how) => {
    const { world, embedIn } = await ownWidget();
    const page = await newPage();
    const widget = await embedIn(page);
    await launcher(widget).click();
    await ask(widget, "Hello");
    await widget.locator(".log .widget").waitFor();
    await world.faults.add({ operation: "getVisitorConfig", latencyMs: 1000, calls: 1 });
    await widget.getByRole("button", { name: "New conversation" }).click();
    if (how === "sent") await ask(widget, "What is new?");
    else await input(widget).fill("What is new?");
    await widget.locator(".log .visitor", { hasText: "Hello" }).waitFor({ state: "detached" });
    if (how === "begun") await input(widget).press("Enter");
    await widget.locator(".log .widget").waitFor();
    expect(await widget.locator(".log .visitor").allTextContents()).toEqual(["You: What is new?"]);
  });
});

describe("a widget that cannot talk says why", () => {
  test("paused, and it talks again when it is resumed", async () => {
    const { call, embedIn } = await ownWidget();
    await call("POST", "/pause");
    const widget = await embedIn(await newPage());
    await launcher(widget).click();
    await notice(widget).getByText("Not available right now").waitFor();
    await ask(widget, "Hello");
    await notice(widget).getByText("Paused", { exact: true }).waitFor();
    expect(await notice(widget).textContent()).toContain("409 · widget_paused");
    expect(await input(widget).inputValue()).toBe("Hello");

    await call("POST", "/resume");
    await widget.getByRole("button", { name: "Try again" }).click();
    await widget.getByText(/^Assistant:/).waitFor();
    expect(await input(widget).inputValue()).toBe("");
    expect(await notice(widget).count()).toBe(0);
  });

  test("not ready, until its first crawl has finished", async () => {
    const { world, embedIn } = await ownWidget({ scenario: "one-draft" });
    const widget = await embedIn(await newPage());
    await launcher(widget).click();
    await ask(widget, "Hello");
    await notice(widget).getByText("Not ready yet").waitFor();
    await world.clock.advance({ seconds: 60 });
    await widget.getByRole("button", { name: "Try again" }).click();
    await widget.getByText(/^Assistant:/).waitFor();
  });

  test("on a page of another origin, until its host is among the domains", async () => {
    const { call, embedIn } = await ownWidget();
    const widget = await embedIn(await newPage(), { origin: "https://elsewhere.example" });
    await launcher(widget).click();
    await ask(widget, "Hello");
    await notice(widget).getByText("The origin https://elsewhere.example is not in the widget's domains.").waitFor();
    await call("PATCH", "", { domains: ["elsewhere.example"] });
    await input(widget).press("Enter");
    await widget.getByText(/^Assistant:/).waitFor();
  });

  test("deleted before the page loads", async () => {
    const { call, embedIn } = await ownWidget();
    const page = await newPage();
    const widget = await embedIn(page);
    await call("DELETE");
    await page.reload();
    await widget.getByRole("button", { name: "Chat is not available" }).click();
    await notice(widget).getByText("Not available any more").waitFor();
    expect(await input(widget).count()).toBe(0);
  });

  test("deleted while it talks", async () => {
    const { call, embedIn } = await ownWidget();
    const widget = await embedIn(await newPage());
    await launcher(widget).click();
    await ask(widget, "Hello");
    await widget.getByText(/^Assistant:/).waitFor();
    await call("DELETE");
    await ask(widget, "Still there?");
    await notice(widget).getByText("Not available any more").waitFor();
  });

  test("a conversation whose token has expired", async () => {
    const { world, embedIn } = await ownWidget();
    const widget = await embedIn(await newPage());
    await launcher(widget).click();
    await ask(widget, "Hello");
    await widget.getByText(/^Assistant:/).waitFor();
    await world.clock.advance({ seconds: 16 * 60 });
    await ask(widget, "Still there?");
    await notice(widget).getByText("This conversation has ended").waitFor();
    await widget.getByRole("button", { name: "New conversation" }).click();
    await ask(widget, "Hello again");
    await widget.getByText(/^Assistant:/).waitFor();
  });

  test.each([
    [{ status: 503, calls: 1 }, "Something went wrong"],
    [{ status: 429, calls: 1 }, "Just a moment"],
    [{ connection: "reset", calls: 1 }, "No connection"],
  ] as const)("an API that fails by %o, and then answers", async (fault, title) => {
    const { world, embedIn } = await ownWidget();
    const page = await newPage();
    await world.faults.add({ operation: "getVisitorConfig", ...fault });
    const widget = await embedIn(page);
    await widget.getByRole("button", { name: "Chat is not available" }).click();
    await notice(widget).getByText(title, { exact: true }).waitFor();
    await widget.getByRole("button", { name: "Try again" }).click();
    await widget.getByRole("heading", { name: "Hi, this is Northwind Catering" }).waitFor();
  });

  test("in the dialect whose errors are in an envelope", async () => {
    const { call, embedIn } = await ownWidget({ dialect: "hostile" });
    await call("POST", "/pause");
    const widget = await embedIn(await newPage());
    await launcher(widget).click();
    await ask(widget, "Hello");
    await notice(widget).getByText("403 · widget_paused").waitFor();
  });
});

describe("the page around it", () => {
  const hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>';

  test("names, prompts, labels and replies are shown as text, and nothing of them runs", async () => {
    const { call, embedIn } = await ownWidget();
    const texts = {
      intro_title: hostile,
      intro_subtitle: hostile,
      button_label: hostile,
      suggested_prompts: [hostile],
    };
    await call("PATCH", "", { ...texts, persona: `${hostile}. Be kind.` });
    const page = await newPage();
    // Without a policy, so that nothing else stands in the way.
    const widget = await embedIn(page, { headers: {} });
    await launcher(widget).click();
    await widget.getByRole("heading", { name: hostile }).waitFor();
    await widget.locator(".prompts").getByRole("button", { name: hostile }).click();
    await widget.getByText(`Assistant: [idx_1] ${hostile}.`).waitFor();
    expect(await widget.locator("img, script").count()).toBe(0);
    expect(await page.title()).toBe("A site");
  });

  test("what an error says is text as well", async () => {
    const { world, embedIn } = await ownWidget();
    const page = await newPage();
    const widget = await embedIn(page, { headers: {} });
    // The newest route is asked first.
    await page.route(`${world.url}/**/conversations`, (route) =>
      route.fulfill({
        status: 409,
        json: { code: hostile, detail: hostile },
        headers: { "access-control-allow-origin": "*" },
      }),
    );
    await launcher(widget).click();
    await ask(widget, "Hello");
    await notice(widget).getByText(`409 · ${hostile} · ${hostile}`).waitFor();
    expect(await page.title()).toBe("A site");
  });

  test("a strict policy refuses nothing that it does", async () => {
    const { call, embedIn } = await ownWidget();
    const page = await newPage();
    const problems = problemsOf(page);
    for (const display_mode of ["fab", "fullscreen", "inline"]) {
      await call("PATCH", "", { display_mode });
      const widget = await embedIn(page);
      if (display_mode !== "inline") await launcher(widget).click();
      await ask(widget, "Hello");
      await widget.getByText(/^Assistant:/).waitFor();
    }
    expect(problems).toEqual([]);
  });

  test("the page gets one global, and one element whose styles are its own", async () => {
    const { world, embedIn } = await ownWidget();
    const page = await newPage();
    const css = "* { color: rgb(255, 0, 0) !important; font-size: 40px; display: none } html, body { display: block }";
    const html = (tag: string) =>
      `<!doctype html><title>Site</title><style>${css}</style><script>window.before = Object.keys(window)</script><p>Text</p>${tag}`;
    const widget = await embedIn(page, { html, headers: {} });
    await launcher(widget).waitFor();
    const added = await page.evaluate(() => {
      const { before } = window as unknown as { before: string[] };
      return Object.keys(window).filter((name) => name !== "before" && !before.includes(name));
    });
    expect(added).toEqual(["WidgetEmbeds"]);
    expect(await page.locator("body > *").evaluateAll((all) => all.map(({ tagName }) => tagName))).toEqual([
      "P",
      "SCRIPT",
      "DIV",
    ]);
    const style = await launcher(widget).evaluate((element) => getComputedStyle(element).fontSize);
    expect(style).toBe("15px");
    expect(world.url).toMatch(/^http:/);
  });

  test("two widgets in one page, and a tag that is there twice", async () => {
    const { world, id, call, embedIn } = await ownWidget({ scenario: "one-of-each" });
    const { data } = await (await world.fetch("/api/v1/widgets")).json();
    const other = data.find((one: { id: string }) => one.id !== id);
    await call("PATCH", "", { position: "top-left" });
    const page = await newPage();
    await embedIn(page, {
      html: (tag) => `<!doctype html><title>Site</title><p>Text</p>${tag}${tag}${tag.replace(id, other.id)}`,
    });
    await expect.poll(() => page.locator(".launcher").count()).toBe(2);
    await page.evaluate((name) => window.WidgetEmbeds?.open(name), other.id as string);
    await page.getByRole("dialog").waitFor();
    await page.evaluate((name) => window.WidgetEmbeds?.remove(name), other.id as string);
    expect(await page.locator("[data-widget]").count()).toBe(1);
  });

  test("a tag without an id says what it needs", async () => {
    const { world, embedIn } = await ownWidget();
    const page = await newPage();
    const said: string[] = [];
    page.on("console", (message) => said.push(message.text()));
    await embedIn(page, {
      html: () => `<!doctype html><title>Site</title><script src="${world.url}/widget.js"></script>`,
    });
    expect(said).toEqual(["The script tag of a widget needs the attribute data-widget-id with the widget's id."]);
  });

  test("a page of another origin that embeds it can neither read nor use the control plane", async () => {
    const { world, id } = await ownWidget();
    const { now } = await world.clock.get();
    const other = await listen(createMock());
    onTestFinished(other.close);
    const page = await newPage();
    // Any document of that origin will do. Both are on this machine, so nothing stands between them but the mock's guard.
    await page.goto(`${other.url}/openapi.json`);
    const failed = await page.evaluate(
      async ({ url, id }) => {
        const script = Object.assign(document.createElement("script"), { src: `${url}/widget.js` });
        script.dataset["widgetId"] = id;
        document.body.append(script);
        const paths = ["/_mock/snapshot", "/_mock/requests", "/_mock/clock", `/_mock/widgets/${id}`];
        const reads = paths.map((path) => fetch(url + path));
        const write = fetch(`${url}/_mock/clock/advance`, { method: "POST", mode: "no-cors", body: '{"seconds":60}' });
        const results = await Promise.allSettled([...reads, write.then(({ type }) => type)]);
        return results.map((result) => (result.status === "rejected" ? "failed" : result.value));
      },
      { url: world.url, id },
    );
    await page.locator(".launcher").waitFor();
    expect(failed).toEqual([...Array(4).fill("failed"), "opaque"]);
    expect((await world.clock.get()).now).toBe(now);
  });
});

describe("a visitor without a mouse", () => {
  test("opens, asks and closes by keyboard, and the focus comes back", async () => {
    const { embedIn } = await ownWidget();
    const page = await newPage();
    const widget = await embedIn(page);
    await launcher(widget).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.keyboard.type("Hello");
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.type("there");
    await page.keyboard.press("Enter");
    await widget.getByText("You: Hello there").waitFor();
    await widget.getByText(/^Assistant:/).waitFor();
    expect(await launcher(widget).getAttribute("aria-expanded")).toBe("true");
    await page.keyboard.press("Escape");
    expect(await widget.getByRole("dialog").count()).toBe(0);
    expect(await launcher(widget).evaluate((element) => element.matches(":focus"))).toBe(true);
  });

  test("who wants less motion gets none", async () => {
    const { embedIn } = await ownWidget();
    const widget = await embedIn(await newPage({ reducedMotion: "reduce" }));
    const styles = await launcher(widget).evaluate((element) => getComputedStyle(element).transitionDuration);
    expect(styles).toBe("0s");
  });

  test.each([390, 320])("at %i pixels nothing is wider than the page", async (width) => {
    const { call, embedIn } = await ownWidget();
    await call("PATCH", "", {
      button_label: "A".repeat(200),
      intro_title: "B".repeat(200),
      suggested_prompts: ["C".repeat(200)],
    });
    const page = await newPage({ viewport: { width, height: 640 } });
    const widget = await embedIn(page, {
      html: (tag) =>
        `<!doctype html><meta name="viewport" content="width=device-width"><title>Site</title><p>Text</p>${tag}`,
    });
    await launcher(widget).click();
    for (const part of [launcher(widget), widget.getByRole("dialog"), widget.locator(".prompts button")]) {
      const box = await part.boundingBox();
      expect(box && box.x >= 0 && box.x + box.width <= width).toBe(true);
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  });
});
