import { eventWindowMs, windowMs } from "../history/window.ts";
import { askForeigners, writeAsForeigners } from "./foreigners.ts";
import type { Lister } from "./lister.ts";
import type { Mailbox } from "./mailbox.ts";
import type { CreatedWidget, ScriptRunner } from "./script-runner.ts";
import type { Stage } from "./stage.ts";

/** What is looked at when everything has been done. */
export async function lastLooks(runner: ScriptRunner, stage: Stage, alive: readonly CreatedWidget[]): Promise<void> {
  const { lister, scheduler, mailbox } = stage;
  await untilListed(stage);
  await untilCrawlsAreOver(stage, alive);
  for (const one of alive.filter(isDeletedEarly)) await stage.visitors?.late(one);
  await walkTwice(runner, lister, alive);
  await askForeigners(stage, alive);
  const paused = alive.find((one) => one.script.live.at(-1)?.operation === "pauseWidget" && !one.isDeleted);
  await askForeigners(stage, paused ? [paused] : []);
  await writeAsForeigners(
    stage,
    alive.find((one) => !one.isDeleted && runner.showsActive(one)),
  );
  await scheduler.all(alive.map((one) => () => runner.read(one)));
  if (mailbox?.isSubscribed) await untilTold(runner, stage, mailbox);
  for (const one of alive) await stage.visitors?.again(one);
  await stage.probes?.lists();
}

/** Looks for a while where no widget of the run has been listed yet: late is another thing than never. */
async function untilListed({ lister, scheduler, watch }: Stage): Promise<void> {
  if (lister.items) return;
  await scheduler.sleep(windowMs(watch.longestMs));
  await lister.walk(100);
  if (!lister.items) await lister.guess();
}

/** Waits until the crawls of drafts that were deleted must have ended: what comes back comes then. */
async function untilCrawlsAreOver({ scheduler, watch }: Stage, all: readonly CreatedWidget[]): Promise<void> {
  const deleted = all.filter(isDeletedEarly);
  const until = Math.max(...deleted.map(({ deletedAt = 0 }) => deletedAt)) + windowMs(watch.longestMs);
  if (deleted.length > 0 && until > scheduler.now()) await scheduler.sleep(until - scheduler.now());
}

/** Whether a widget was deleted while it was crawled, as far as its script goes. */
function isDeletedEarly({ script }: CreatedWidget): boolean {
  const calls = script.live.map(({ operation }) => operation);
  const isRecrawled = calls.includes("recrawlWidget") && calls.indexOf("recrawlWidget") < calls.indexOf("deleteWidget");
  return isRecrawled || script.draft.some(({ operation }) => operation === "deleteWidget");
}

/** How long an event may be on its way in real time, where the clock is a test clock. */
const deliveryMs = 1000;

/** Waits as long as a window for the events of widgets that are active. */
async function untilTold(runner: ScriptRunner, { scheduler, watch }: Stage, mailbox: Mailbox): Promise<void> {
  const silent = () => {
    const told = new Set(mailbox.events.filter(({ isReady }) => isReady).map(({ widget }) => widget));
    return watch.waits.filter(({ widget, ended }) => ended === "active" && !told.has(widget));
  };
  const until = Math.max(...silent().map(({ to }) => to)) + eventWindowMs(watch.longestMs);
  if (silent().length > 0) runner.say(`waiting for the events of ${silent().length} widgets`);
  if (silent().length > 0 && until > scheduler.now()) await scheduler.sleep(until - scheduler.now());
  await scheduler.untilReally(() => silent().length === 0, deliveryMs);
}

/** The sizes of pages that are walked through, the largest first. */
const sizes = [10, 9, 8, 7, 6, 5, 4, 3, 2];
/** How many widgets are deleted before the others at most, so that they fill pages. */
const mostSpared = 6;

/**
 * The list in pages of different sizes, each twice, while nothing is written: with one of the sizes the
 * last page is full, with another it holds one. Where there are as many widgets that no sizes do that some go before the
 * others.
 */
async function walkTwice(runner: ScriptRunner, lister: Lister, alive: readonly CreatedWidget[]): Promise<void> {
  const fullOf = (count: number) => sizes.find((limit) => count % limit === 0);
  const singleOf = (count: number) => sizes.find((limit) => count % limit === 1);
  const isFit = (count: number) => fullOf(count) !== undefined && singleOf(count) !== undefined;
  let { length } = await lister.walk(100);
  for (let gone = 0; length > sizes.length && !isFit(length) && gone < mostSpared; gone++) {
    const last = alive.findLast(isOver);
    if (!last) break;
    await runner.remove(last);
    length = (await lister.walk(100)).length;
  }
  const full = fullOf(length) ?? length;
  const limits = [singleOf(length) ?? 7, ...(full > 1 && full <= 100 ? [full] : [])];
  for (const limit of [...limits, ...limits]) await lister.walk(limit);
  // What is there before and after was there.
  await lister.walk(100);
}

/** Whether nobody needs a widget any more whose script has been done: visitors look at theirs again. */
function isOver({ isDeleted, script }: CreatedWidget): boolean {
  return !isDeleted && script.lane !== "visitor";
}
