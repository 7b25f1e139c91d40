import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "../../examples/browser/browser.ts";
import { type Scene, sceneKey, startReceiver, startScene } from "../pictures/scene.ts";
import { alignedTable, formatNumber } from "./table.ts";

/** Widgets in the world that the console shows, and requests that come every second. */
const widgets = 10_000;
const requestsPerSecond = 200;

const views = ["widgets", "requests", "webhooks", "time", "assumptions", "coverage", "worlds", "organizations"];

/**
 * Measures how long the longest task of the console's page is in each view, while requests come in: in Chromium, with a
 * webhook for each recrawl. Processor time counts; the time on the wall is that of whatever else the machine does too.
 * @returns a table
 */
export async function measureConsole({ seconds }: { readonly seconds: number }): Promise<string> {
  const receiver = await startReceiver(() => 200);
  const scene = await startScene({ clock: "real", crawl: "2s", maxWidgets: 4 * widgets });
  const ids = await fill(scene);
  scene.mock.world(sceneKey).webhooks.add({ url: receiver.url });
  const stopLoad = startLoad(scene, ids);
  const browser = await launchBrowser();
  const rows: string[][] = [];
  for (const view of views)
    rows.push(await measureView(browser, `${scene.url}/_mock/console/#/${view}`, view, seconds));
  stopLoad();
  await browser.close();
  await scene.close();
  await receiver.close();
  const head = ["view", "longest task, processor", "longest task, wall", "busy", "elements"];
  return alignedTable(head, rows).join("\n");
}

const headers = { authorization: `Bearer ${sceneKey}`, "content-type": "application/json" };

function send({ mock }: Scene, method: string, path: string, body?: object): Promise<Response> {
  const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
  return mock.fetch(`http://mock.test/api/v1/widgets${path}`, init);
}

async function fill(scene: Scene): Promise<string[]> {
  const ids: string[] = [];
  for (let number = 0; number < widgets; number++) {
    const created = await send(scene, "POST", "", { name: `Widget ${number}`, site_url: "https://bakery.example" });
    ids.push((await created.json()).id);
  }
  return ids;
}

/** Sends reads, changes, recrawls and bad requests until it is stopped. */
function startLoad(scene: Scene, ids: readonly string[]): () => void {
  let number = 0;
  const turnMs = 50;
  const next = () => {
    const path = `/${ids[(number++ * 7919) % ids.length]}`;
    if (number % 20 === 0) return send(scene, "POST", `${path}/recrawl`);
    if (number % 4 === 0) return send(scene, "PATCH", path, { name: `Renamed ${number}` });
    return send(scene, "GET", number % 4 === 1 ? path : number % 4 === 2 ? "?limit=20" : "/wgt_unknown");
  };
  const timer = setInterval(() => {
    for (let sent = 0; sent < (requestsPerSecond * turnMs) / 1000; sent++) void next().then((one) => one.text());
  }, turnMs);
  return () => clearInterval(timer);
}

/** What Chromium traces of a task: times in microseconds, on the wall and of the processor. */
interface TracedTask {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

async function measureView(browser: Browser, address: string, view: string, seconds: number): Promise<string[]> {
  const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
  await page.addInitScript((key) => sessionStorage.setItem("widgets-mock.key", key), sceneKey);
  await page.goto(address);
  await page.getByText("live", { exact: true }).waitFor();
  await browser.startTracing(page, { categories: ["devtools.timeline", "toplevel"] });
  await scroll(page, seconds * 1000);
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TracedTask[] };
  const elements = await page.evaluate(() => document.querySelectorAll("*").length);
  await page.close();
  const threadOf = ({ pid, tid }: TracedTask) => `${pid} ${tid}`;
  const main = new Set(traceEvents.filter(({ args }) => args.name === "CrRendererMain").map(threadOf));
  const tasks = traceEvents.filter((one) => one.ph === "X" && one.name.endsWith("RunTask") && main.has(threadOf(one)));
  const milliseconds = (times: readonly number[]) => formatNumber(Math.max(0, ...times) / 1000, "ms");
  const busy = tasks.reduce((sum, { tdur = 0 }) => sum + tdur, 0) / (seconds * 1e6);
  return [
    view,
    milliseconds(tasks.map(({ tdur = 0 }) => tdur)),
    milliseconds(tasks.map(({ dur = 0 }) => dur)),
    `${formatNumber(busy * 100)} %`,
    formatNumber(elements),
  ];
}

/** Scrolls down a list, as somebody does who looks for something. */
async function scroll(page: Page, forMs: number): Promise<void> {
  await page.mouse.move(700, 500);
  for (let spent = 0; spent < forMs; spent += 200) {
    await page.mouse.wheel(0, 900);
    await page.waitForTimeout(200);
  }
}
