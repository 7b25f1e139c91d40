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

/**
 * The list in pages of different sizes, each twice, while nothing is written: with one of the sizes the
 * last page is full, with another it holds one.
 */
async function walkTwice(runner: ScriptRunner, lister: Lister, alive: readonly Made[]): Promise<void> {
  const sizes = [10, 9, 8, 7, 6, 5, 4, 3, 2];
  const fullOf = (count: number) => sizes.find((limit) => count % limit === 0);
  let { length } = await lister.walk(100);
  // As many widgets as a prime fill no last page but that of all: one goes before the others.
  const last = length > 3 && fullOf(length) === undefined ? alive.findLast(isOver) : undefined;
  if (last) {
    await runner.remove(last);
    length = (await lister.walk(100)).length;
  }
  const full = fullOf(length) ?? length;
  const single = sizes.find((limit) => length % limit === 1) ?? 7;
  const limits = [single, ...(full > 1 && full <= 100 ? [full] : [])];
  for (const limit of [...limits, ...limits]) await lister.walk(limit);
}

/** Whether nobody needs a widget any more whose script has been done: visitors look at theirs again. */
function isOver({ isDeleted, script }: Made): boolean {
  return !isDeleted && !script.id.startsWith("visitor-");
}
