import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../../examples/browser/browser.ts";
import { playAfternoon, type Scene, sceneKey, startReceiver, startScene } from "./scene.ts";

/**
 * `npm run pictures` takes the pictures that README and docs show, of a mock on a manual clock: the same every time, on
 * the same browser and fonts. It needs `dist/`, and a browser.
 */
const folder = join(import.meta.dirname, "../../docs/pictures");

/** Larger pictures make a slow page. */
const maxBytes = 150_000;

interface Picture {
  readonly name: string;
  readonly theme: "dark" | "light";
  /** Texts of each part that is loaded by itself. */
  readonly shows: readonly string[];
  /** The address in the console. */
  readonly address: (ids: readonly string[], scene: Scene) => string;
}

const pictures: readonly Picture[] = [
  {
    name: "console",
    theme: "dark",
    shows: ["crawl succeeds", "createWidget", "usage record"],
    address: ([first]) => `widgets/${first}`,
  },
  {
    name: "console-requests",
    theme: "light",
    shows: ["must", "PATCH"],
    address: (_, scene) => `requests/${refusedRequest(scene)}`,
  },
  {
    name: "console-webhooks",
    theme: "light",
    shows: ["Attempt 2", "attempt 3"],
    address: (_, scene) => `webhooks/${firstDelivery(scene)}`,
  },
  { name: "console-time", theme: "dark", shows: ["crawl ends"], address: () => "time" },
];

function refusedRequest({ mock }: Scene): string {
  return mock.world(sceneKey).journal.list({ status: 400 }).requests[0]?.request_id ?? "";
}

function firstDelivery({ mock }: Scene): string {
  return mock.world(sceneKey).deliveries.list().deliveries[0]?.id ?? "";
}

async function take(
  browser: Browser,
  { scene, ids }: { readonly scene: Scene; readonly ids: readonly string[] },
  { address, theme, shows }: Picture,
): Promise<Buffer> {
  const context = await browser.newContext({
    viewport: { width: 1200, height: 660 },
    colorScheme: theme,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  // The receiver's port and real milliseconds differ from one run to the next.
  await page.route(/\/_mock\/(deliveries|webhooks)$/, async (route) => {
    const response = await route.fetch();
    const text = (await response.text()).replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:9000");
    await route.fulfill({ response, body: text.replace(/"durationMs":[\d.]+/g, '"durationMs":4') });
  });
  await page.addInitScript((key) => sessionStorage.setItem("widgets-mock.key", key), sceneKey);
  await page.goto(`${scene.url}/_mock/console/#/${address(ids, scene)}`);
  await page.getByText("live", { exact: true }).waitFor();
  for (const text of shows) await page.getByText(text).first().waitFor();
  const png = await page.screenshot({ animations: "disabled", caret: "hide" });
  await context.close();
  return png;
}

const receiver = await startReceiver(() => 500);
const scene = await startScene();
const ids = await playAfternoon(scene, receiver.url);
// Text is drawn the same on every screen: without subpixels, and without hints of the screen's.
const browser = await launchBrowser("--disable-lcd-text", "--font-render-hinting=none", "--disable-partial-raster");
mkdirSync(folder, { recursive: true });
for (const picture of pictures) {
  const file = join(folder, `${picture.name}.png`);
  writeFileSync(file, await take(browser, { scene, ids }, picture));
  const { size } = statSync(file);
  console.log(`${picture.name}.png: ${Math.round(size / 1000)} kB`);
  if (size > maxBytes) throw new Error(`${file} is larger than ${maxBytes / 1000} kB`);
}
await browser.close();
await scene.close();
await receiver.close();
