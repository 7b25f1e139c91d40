import { createServer } from "node:http";
import { type AddressInfo, connect, createServer as createLine, type Socket } from "node:net";
import { afterAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { reasonToSkip } from "../examples/browser/browser.ts";
import { playAfternoon, sceneKey, startReceiver } from "../scripts/pictures/scene.ts";
import { closeBrowser, openConsole, sceneForTest, violationsOf } from "./stage.test-helper.ts";

beforeEach(({ skip }) => skip(reasonToSkip !== undefined, reasonToSkip));
afterAll(closeBrowser);

/** A mock after an afternoon, whose receiver answers every webhook with 500. */
async function afternoon() {
  const receiver = await startReceiver(() => 500);
  onTestFinished(() => void receiver.close());
  const scene = await sceneForTest();
  const ids = await playAfternoon(scene, receiver.url);
  const world = scene.mock.world(sceneKey);
  const [first] = world.journal.list().requests;
  const [delivery] = world.deliveries.list().deliveries;
  return { ...scene, world, ids, request: first?.request_id ?? "", delivery: delivery?.id ?? "" };
}

test.each([
  ["dark", 400],
  ["dark", 1600],
  ["light", 400],
  ["light", 1600],
] as const)(
  "axe-core finds nothing in any view, %s, and nothing is wider than %i pixels",
  async (theme, width) => {
    const { url, mock, ids, request, delivery } = await afternoon();
    mock.organizations.create({ organization: "acme", quotas: { widgets: 50, conversations: 0 } });
    mock.keys.create({ organization: "acme", name: "staging" });
    const addresses = [
      ...["widgets", `widgets/${ids[0]}`, "create", "requests", `requests/${request}`],
      ...["webhooks", `webhooks/${delivery}`, "time", "faults", "assumptions", "assumptions/A-PAUSE-3"],
      ...["coverage", "worlds", "organizations", "organizations/acme", "nothing"],
    ];
    const page = await openConsole(url, "widgets", { theme, width });
    for (const address of addresses) {
      await page.goto(`${url}/_mock/console/#/${address}`);
      await page.getByText("live", { exact: true }).waitFor();
      await page.getByRole("main").locator("h1:visible, h2:visible, .empty:visible").first().waitFor();
      expect([address, await violationsOf(page)]).toEqual([address, []]);
      const scrolled = await page.evaluate(() => document.documentElement.scrollWidth);
      expect([address, scrolled]).toEqual([address, width]);
    }
  },
  300_000,
);

test("somebody finds out why a webhook did not arrive, and moves time past ten hours of retries", async () => {
  const { url, world, delivery } = await afternoon();
  const page = await openConsole(url, "webhooks");
  await page.getByRole("link", { name: "widget.ready" }).last().click();
  const detail = page.getByRole("complementary", { name: "Delivery" });
  await detail.getByLabel("Answer to attempt 2").getByText("database is locked").waitFor();
  await detail.getByText("The signature is that of the endpoint's secret").last().waitFor();
  expect(await detail.getByLabel("Signature base string").last().textContent()).toMatch(
    new RegExp(`^${delivery}\\.\\d+\\.\\{`),
  );

  await page.getByRole("link", { name: "Time" }).click();
  await page.getByRole("button", { name: "10 h", exact: true }).click();
  await page.getByText("attempt 5: 500").first().waitFor();
  expect(world.deliveries.list().deliveries[0]?.attempts.length).toBeGreaterThan(5);
});

test("a wrong signature is shown as one, with what it must be", async () => {
  const { url, world, ids } = await afternoon();
  const page = await openConsole(url, "webhooks");
  await page.getByLabel("corruptSignature").check();
  await expect.poll(() => world.webhooks.list().endpoints[0]?.faults.corruptSignature).toBe(true);
  world.widgets.trigger({ id: ids[0] ?? "", outcome: "succeeded" });
  await world.deliveries.settle();
  await page.getByRole("link", { name: "widget.recrawled" }).click();
  await page.getByText("wrong signature").waitFor();
});

test("somebody makes a crawl fail, pauses a widget and sees it refuse", async () => {
  const { url, ids, world } = await afternoon();
  const page = await openConsole(url, `widgets/${ids[0]}`);
  await page.getByRole("button", { name: "Failed crawl" }).click();
  await page.getByText("widget.crawl_failed").first().waitFor();
  await page.getByRole("button", { name: "pauseWidget" }).click();
  await page.getByRole("img", { name: /in the state paused$/ }).waitFor();
  await page.getByRole("button", { name: "startConversation" }).click();
  const answer = page.getByRole("status").filter({ hasText: "widget_paused" });
  await answer.waitFor();
  expect(world.widgets.inspect({ id: ids[0] ?? "" }).state).toBe("paused");

  await page.getByText("Update with a merge patch").click();
  await page.getByLabel(/Members to change/).fill('{"intro_title":"Welcome"}');
  await page.getByRole("button", { name: "Send the patch" }).click();
  await page.getByLabel("The widget as JSON").getByText('"intro_title": "Welcome"').waitFor();
  await page.getByLabel(/Members to change/).fill('{"intro_title":7}');
  await page.getByRole("button", { name: "Send the patch" }).click();
  await page.getByRole("alert").getByText("#/intro_title").first().waitFor();
});

test("who pauses a widget without a key is asked for it, and the pause goes on; a wrong key is explained", async () => {
  const { url, ids, world } = await afternoon();
  const page = await openConsole(url, `widgets/${ids[0]}`, { key: "" });
  await page.getByRole("button", { name: "pauseWidget" }).click();
  await page.getByLabel("API key").fill(sceneKey);
  await page.getByRole("button", { name: "Show this world" }).click();
  await page.getByRole("img", { name: /in the state paused$/ }).waitFor();
  expect(world.widgets.inspect({ id: ids[0] ?? "" }).state).toBe("paused");
  await page.getByRole("button", { name: /^World/ }).click();
  await page.getByLabel("API key").fill("sk_test_somebody_else");
  await page.getByRole("button", { name: "Show this world" }).click();
  await page.getByText("It may belong to another organization").waitFor();
});

test("somebody finds the request that broke a client, sends it again, and verifies what was sent", async () => {
  const { url, world } = await afternoon();
  const page = await openConsole(url, "requests");
  await page.getByLabel("Status").fill("400");
  await page.getByLabel("Status").press("Enter");
  await page.getByText("1 shown").waitFor();
  await page.getByRole("link", { name: "POST /api/v1/widgets" }).click();
  await page.getByRole("complementary").getByText("validation_error").first().waitFor();
  await page.getByRole("button", { name: "Replay" }).click();
  await expect.poll(() => world.journal.list({ status: 400 }).requests.length).toBe(2);

  await page.getByRole("button", { name: "Verify…" }).click();
  await page.getByRole("button", { name: "Verify", exact: true }).click();
  await page.getByText("Near misses").waitFor();
  await page
    .getByText(/body \/name: expected/)
    .first()
    .waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
});

test("faults are injected by a preset, shown in the header, and removed", async () => {
  const { url, send } = await sceneForTest();
  const page = await openConsole(url, "faults");
  await page.getByText("No faults: the API").waitFor();
  await page.getByRole("button", { name: "503 three times" }).click();
  await page.getByRole("link", { name: "1 fault" }).waitFor();
  expect((await send("GET", "/api/v1/widgets")).status).toBe(503);
  await page.getByText("applied once").waitFor();
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await page.getByRole("link", { name: "no faults" }).waitFor();
  expect((await send("GET", "/api/v1/widgets")).status).toBe(200);
});

test("a rate limit and a range of latencies are injected by the form", async () => {
  const { url, mock } = await sceneForTest();
  const page = await openConsole(url, "faults");
  await page.getByLabel("Rate limit: calls").fill("0");
  await page.getByLabel("in seconds").fill("90");
  await page.getByRole("button", { name: "Inject" }).click();
  await page.getByText('"windowSeconds":90').waitFor();
  await page.getByLabel("Rate limit: calls").fill("");
  await page.getByLabel("Latency in ms").fill("1");
  await page.getByLabel("up to").fill("3");
  await page.getByRole("button", { name: "Inject" }).click();
  await page.getByText('"max":3').waitFor();
  expect(
    mock
      .world(sceneKey)
      .faults.list()
      .faults.map(({ rateLimit, latencyMs }) => rateLimit ?? latencyMs),
  ).toEqual([
    { limit: 0, windowSeconds: 90 },
    { min: 1, max: 3 },
  ]);
});

test("requests that are filtered by their body come in live", async () => {
  const { url, send } = await sceneForTest();
  const page = await openConsole(url, "requests?body=name%3DBakery");
  await page.getByText("No recorded request matches").waitFor();
  for (const name of ["Bakery", "Florist"]) {
    await send("POST", "/api/v1/widgets", { name, site_url: "https://bakery.example" });
  }
  await page.getByText("1 shown").waitFor();
});

test("a world is reset to a scenario, exported, changed, and restored from the file", async () => {
  const { url, mock } = await sceneForTest();
  const world = mock.world(sceneKey);
  const page = await openConsole(url, "worlds");
  await page.getByRole("button", { name: "one-of-each" }).click();
  await expect.poll(() => world.widgets.list({}).total).toBe(4);
  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  const file = await (await downloading).path();
  world.reset({ scenario: "empty" });
  await page.getByLabel(/Drop a snapshot/).setInputFiles(file);
  await page.getByText(/^Restored/).waitFor();
  expect(world.widgets.list({}).total).toBe(4);
});

test("an assumption shows its choices, and the command for another one", async () => {
  const { url } = await sceneForTest();
  const page = await openConsole(url, "assumptions/A-PAUSE-3");
  await page.getByRole("radio", { name: "allow" }).check();
  await page.getByText('{"A-PAUSE-3":"allow"}').waitFor();
  await page.getByText('"to": "paused-first-crawl"').waitFor();
});

test("somebody sees what was never met, meets it, and counts anew", async () => {
  const { url, send } = await sceneForTest();
  const page = await openConsole(url, "coverage");
  await page.getByText("listWidgets: List widgets").first().waitFor();
  await page.getByText("0 of 12", { exact: true }).waitFor();
  await send("GET", "/api/v1/widgets");
  await page.getByText("1 of 12", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Count anew" }).click();
  await page.getByText("0 of 12", { exact: true }).waitFor();
});

/** A mock that others use too, whose admin has a token. */
function sandbox() {
  return sceneForTest({ controlToken: "let-me-in", openKeys: false, quotas: { conversations: 5 } });
}

test("an admin creates an organization, makes a key that is shown once, sees what is used, and revokes the key", async () => {
  const { url, mock } = await sandbox();
  const page = await openConsole(url, "organizations", { key: "" });
  await page.getByLabel("Token").fill("let-me-in");
  await page.getByRole("button", { name: "Open the console" }).click();
  await page.getByText("No organizations yet.").waitFor();
  await page.getByLabel("Name", { exact: true }).fill("no name at all");
  await page.getByRole("button", { name: "Create an organization" }).click();
  await page.getByRole("alert").getByText("#/organization", { exact: true }).waitFor();
  await page.getByLabel("Name", { exact: true }).fill("acme");
  await page.getByRole("button", { name: "Create an organization" }).click();
  const detail = page.getByRole("complementary", { name: "Organization" });
  await detail.getByText("nobody can use this organization").waitFor();

  await detail.getByLabel("What it is for").fill("staging");
  await detail.getByRole("button", { name: "Create a key" }).click();
  await detail.getByText("it will not be shown again").waitFor();
  const key = (await detail.getByText(/^sk_test_/).textContent()) ?? "";
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: url });
  await detail.getByRole("button", { name: "Copy the key" }).click();
  await detail.getByRole("button", { name: "Copied" }).waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(key);
  await page.reload();
  await detail.getByText("staging").waitFor();
  expect(await page.content()).not.toContain(key);

  await detail.getByText("Change the quotas").click();
  await detail.getByLabel("Widgets", { exact: true }).fill("1");
  await detail.getByRole("button", { name: "Set the quotas" }).click();
  await detail.getByText("0 of 1").waitFor();
  await detail.getByText("0 of 5").waitFor();
  const created = await mock.fetch(`${url}/api/v1/widgets`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "Bakery", site_url: "https://bakery.example" }),
  });
  expect(created.status).toBe(201);
  await detail.getByText("1 of 1").waitFor();
  await page.getByRole("row", { name: /acme/ }).getByText("widgets").waitFor({ state: "attached" });

  await detail.getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  expect(mock.organizations.get({ organization: "acme" }).keys[0]).not.toHaveProperty("revoked_at");
  await detail.getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await detail.getByText(/^revoked 20/).waitFor();
  expect((await fetch(`${url}/api/v1/widgets`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(401);

  await detail.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("No organizations yet.").waitFor();
});

test("a partner with a key sees its own world and quotas, and nothing of organizations but what they need", async () => {
  const { url, mock } = await sandbox();
  const { key } = mock.keys.create({ organization: "acme" });
  mock.keys.create({ organization: "bakery" });
  const page = await openConsole(url, "worlds", { key: "" });
  await page.getByRole("button", { name: "Use an API key" }).click();
  await page.getByLabel("API key").fill(key);
  await page.getByRole("button", { name: "Show this world" }).click();
  await page.getByText("0 of 5").waitFor();
  expect(await page.content()).not.toContain("bakery");
  expect(await page.getByRole("link", { name: "Organizations" }).count()).toBe(0);
  await page.goto(`${url}/_mock/console/#/organizations`);
  await page.getByText("Organizations, keys and quotas are an admin's.").waitFor();
  await page.getByLabel("Token").fill("let-me-in");
  await page.getByRole("button", { name: "Open the console" }).click();
  await page.getByRole("link", { name: "bakery" }).waitFor();
});

test("hostile names and bodies are shown as text", async () => {
  const hostile = `<img src=x onerror="window.ran=1"><script>window.ran=1</script>"'&\u202e`;
  const { url, mock, send } = await sceneForTest();
  const created = await send("POST", "/api/v1/widgets", {
    name: hostile,
    site_url: "https://bakery.example",
    persona: hostile,
    intro_title: hostile,
  });
  const { id } = await created.json();
  mock.keys.create({ organization: "acme", name: hostile });
  for (const address of [
    ...["widgets", `widgets/${id}`, `requests/${created.headers.get("request-id")}`, "organizations/acme"],
  ]) {
    const page = await openConsole(url, address);
    await page.getByText("<img src=x").first().waitFor();
    expect(await page.evaluate("[window.ran, document.images.length, document.scripts.length]")).toEqual([
      undefined,
      0,
      1,
    ]);
  }
  const page = await openConsole(url, encodeURIComponent(hostile));
  await page.getByText("There is no view").waitFor();
  expect(await page.evaluate("window.ran")).toBeUndefined();
});

test("with a control token the page asks for it, keeps it in the tab alone, and asks again for a wrong one", async () => {
  const { url, mock } = await sceneForTest({ controlToken: "let-me-in" });
  mock.world(sceneKey).reset({ scenario: "one-active" });
  const page = await openConsole(url);
  await page.getByLabel("Token").fill("guess");
  await page.getByRole("button", { name: "Open the console" }).click();
  await page.getByText("This mock has another control token.").waitFor();
  await page.getByLabel("Token").fill("let-me-in");
  await page.getByRole("button", { name: "Open the console" }).click();
  await page.getByText("1 widget").waitFor();
  expect(await page.evaluate(() => [localStorage.length, document.cookie])).toEqual([0, ""]);
  expect(await page.evaluate(() => sessionStorage.getItem("widgets-mock.token"))).toBe("let-me-in");
});

test("a page of another origin can neither frame the console nor read or change anything", async () => {
  const { url, mock } = await sceneForTest();
  const attacker = createServer((_, response) =>
    response.setHeader("Content-Type", "text/html").end("<h1>Attacker</h1>"),
  );
  await new Promise<void>((resolve) => attacker.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void attacker.close());
  const page = await openConsole(url);
  await page.getByText("No widgets yet.").waitFor();
  const context = await page.context().browser()?.newContext();
  const other = await context?.newPage();
  if (!other) throw new Error("the browser is gone");
  await other.goto(`http://127.0.0.1:${(attacker.address() as AddressInfo).port}/`);
  const outcome = await other.evaluate(async (base) => {
    const frame = document.createElement("iframe");
    frame.src = `${base}/_mock/console/`;
    const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
    document.body.append(frame);
    await loaded;
    const reads = await Promise.all(
      ["/_mock/console/console.js", "/_mock/requests", "/_mock/events"].map((path) =>
        fetch(base + path).then(
          (response) => response.status,
          () => "blocked",
        ),
      ),
    );
    const write = await fetch(`${base}/_mock/clock/advance`, {
      method: "POST",
      body: '{"seconds":60}',
      mode: "no-cors",
    });
    return { reads, written: write.status, framed: frame.contentDocument };
  }, url);
  expect(outcome).toEqual({ reads: ["blocked", "blocked", "blocked"], written: 0, framed: null });
  expect(mock.clock.get().now).toBe("2026-04-09T14:00:00.000Z");
  expect(other.frames()[1]?.url()).not.toContain("#/");
  expect(await other.frames()[1]?.content()).not.toContain("console.js");
  await context?.close();
});

/** A line to a port that can be cut. */
async function startLine(port: number) {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createLine((near) => {
    if (isCut) {
      near.destroy();
      return;
    }
    const far = connect(port, "127.0.0.1");
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined).once("close", () => sockets.delete(socket));
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    mend: () => {
      isCut = false;
    },
    close: () => {
      cut();
      server.close();
    },
  };
}

test("when the event stream is cut and comes back, the page shows what happened meanwhile", async () => {
  const { url, mock, send } = await sceneForTest();
  const line = await startLine(Number(new URL(url).port));
  onTestFinished(line.close);
  const page = await openConsole(line.url, "requests");
  await page.getByText("No requests yet.").waitFor();
  line.cut();
  await page.getByText("reconnecting").waitFor();
  await send("POST", "/api/v1/widgets", { name: "Bakery", site_url: "https://bakery.example" });
  line.mend();
  await page.getByText("live", { exact: true }).waitFor();
  await page.getByRole("link", { name: "POST /api/v1/widgets" }).waitFor();
  await send("GET", "/api/v1/widgets");
  await page.getByRole("link", { name: "GET /api/v1/widgets" }).waitFor();
  expect(await page.getByRole("link", { name: "POST /api/v1/widgets" }).count()).toBe(1);
  expect(mock.journal.list().requests).toHaveLength(2);
});

test("the keyboard reaches everything: from the list to a request, along the rows, and back", async () => {
  const { url } = await afternoon();
  const page = await openConsole(url, "requests");
  await page.getByRole("link", { name: /^GET/ }).first().focus();
  const first = await page.evaluate(() => document.activeElement?.textContent);
  await page.keyboard.press("ArrowDown");
  expect(await page.evaluate(() => document.activeElement?.textContent)).not.toBe(first);
  await page.keyboard.press("Enter");
  await page.getByRole("complementary", { name: "Request" }).waitFor();
  await page.reload();
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the content");
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
});

test("of ten thousand widgets only those in view are drawn, wherever one scrolls, and a change shows at once", async () => {
  const { url, mock } = await sceneForTest({ maxWidgets: 20_000 });
  const headers = { authorization: `Bearer ${sceneKey}`, "content-type": "application/json" };
  for (let number = 0; number < 10_000; number++) {
    const body = JSON.stringify({ name: `Widget ${number}`, site_url: "https://bakery.example" });
    await mock.fetch("http://mock.test/api/v1/widgets", { method: "POST", headers, body });
  }
  const page = await openConsole(url);
  await page.getByText("10,000 widgets").waitFor();
  await page.getByRole("link", { name: "Widget 9999" }).waitFor();
  await page.locator(".table-body").evaluate((body) => {
    body.scrollTop = body.scrollHeight;
  });
  const oldest = page.getByRole("row", { name: /Widget 0\b/ });
  await oldest.getByText("draft").waitFor();
  mock.world(sceneKey).clock.advance({ seconds: 60 });
  await oldest.getByText("active").waitFor();
  expect(await page.getByRole("row").count()).toBeLessThan(80);
  await page.getByRole("link", { name: "Requests" }).click();
  await page.getByText("500 shown").waitFor();
  expect(await page.getByRole("row").count()).toBeLessThan(80);
});

test("what somebody types into a filter stays while requests come in", async () => {
  const { url, send } = await sceneForTest();
  const page = await openConsole(url, "requests");
  await page.getByText("No requests yet.").waitFor();
  await page.getByLabel("Widget", { exact: true }).pressSequentially("wgt_");
  await send("GET", "/api/v1/widgets");
  await page.getByText("1 shown").waitFor();
  expect(await page.getByLabel("Widget", { exact: true }).inputValue()).toBe("wgt_");
});
