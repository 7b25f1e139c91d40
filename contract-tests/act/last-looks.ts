import { askForeigners, pauseAsForeigners } from "./foreigners.ts";
import type { Lister } from "./lister.ts";
import type { Made, ScriptRunner } from "./script-runner.ts";
import type { Stage } from "./stage.ts";

/** What is looked at when everything has been done. */
export async function lastLooks(runner: ScriptRunner, stage: Stage, alive: readonly Made[]): Promise<void> {
  const { lister, scheduler, mailbox } = stage;
  await untilListed(runner, lister);
  await runner.untilCrawlsAreOver(alive);
  await walkTwice(runner, lister, alive);
  await askForeigners(stage, alive);
  await pauseAsForeigners(
    stage,
    alive.find((one) => !one.isDeleted && runner.showsActive(one)),
  );
  await scheduler.all(alive.map((one) => () => runner.read(one)));
  if (mailbox?.isSubscribed) await runner.untilTold(mailbox);
  for (const one of alive) await stage.visitors?.again(one);
  await stage.probes?.lists();
}

/** Looks for a while where no widget of the run has been listed yet: late is another thing than never. */
async function untilListed(runner: ScriptRunner, lister: Lister): Promise<void> {
  if (lister.items) return;
  await runner.pause();
  await lister.walk(100);
  if (!lister.items) await lister.guess();
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
async function walkTwice(runner: ScriptRunner, lister: Lister, alive: readonly Made[]): Promise<void> {
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
}

/** Whether nobody needs a widget any more whose script has been done: visitors look at theirs again. */
function isOver({ isDeleted, script }: Made): boolean {
  return !isDeleted && !script.id.startsWith("visitor-");
}
