import type { Plan } from "../plan/plan.ts";
import { askForeigners } from "./foreigners.ts";
import { lastLooks } from "./last-looks.ts";
import { lastSteps, quietLane } from "./quiet-lane.ts";
import type { CreatedWidget, ScriptRunner } from "./script-runner.ts";
import type { Stage } from "./stage.ts";

/** Does everything that is planned, from the first create to the last delete. */
export async function perform(runner: ScriptRunner, stage: Stage, plan: Plan): Promise<void> {
  const { scheduler, lister, probes } = stage;
  const early = plan.quiet.filter(({ isLate }) => !isLate);
  // Where a quota lets few be made, those that an adapter looks at go before the others.
  const scripts = [...early, ...(stage.visitors ? plan.visitor : []), ...plan.scripts];
  const [first, ...others] = scripts;
  runner.say(`making ${scripts.length} widgets`);
  // One before the others, so that a namesake comes when it is there already.
  const made = [first && (await runner.create(first))];
  await probes?.begin();
  made.push(...(await scheduler.all(others.map((script) => () => runner.create(script)))));
  const alive = made.filter((one) => one !== undefined);
  await lister.walk(100);
  await askForeigners(stage, alive);
  alive.push(...(await lanes(runner, stage, plan, alive)));
  if (!stage.limits.isOver) await lastLooks(runner, stage, alive);
  const spare =
    probes && !stage.limits.isOver ? alive.find((one) => isSpare(one, plan) && runner.showsActive(one)) : undefined;
  runner.say("deleting what was made");
  const going = alive.filter((one) => one !== spare);
  await scheduler.all(going.map((one) => () => (visitorsOf(one, stage, plan) ?? runner).remove(one)));
  await lister.walk(100);
  const list = async () => {
    const before = lister.walks.length;
    const listed = await lister.walk(100);
    return lister.walks[before]?.whole ? listed : undefined;
  };
  await stage.cleaner.removeLost(list, (id) => runner.owns(id));
  // No judge knows of deletes among the probes, so nothing is listed after them, and nothing read.
  stage.readyReads.end();
  await probes?.end(spare);
}

/**
 * Does what is to be done with the widgets that there are: first one thing at a time, then all of them side by side, and
 * at last what nothing else may happen beside.
 * @returns the widgets that were made meanwhile
 */
async function lanes(
  runner: ScriptRunner,
  stage: Stage,
  plan: Plan,
  alive: readonly CreatedWidget[],
): Promise<CreatedWidget[]> {
  const { scheduler } = stage;
  const own = alive.filter(({ script }) => plan.quiet.includes(script));
  const others = alive.filter((one) => !own.includes(one));
  const quietIsOver = scheduler.signal();
  const allIsWritten = scheduler.signal(others.length);
  const lane = async (one: CreatedWidget, written: () => void): Promise<void> => {
    const visitors = visitorsOf(one, stage, plan);
    if (!(await runner.untilActive(one))) return;
    await visitors?.arrive(one);
    await runner.readFirst(one);
    await quietIsOver.wait();
    if (visitors) return visitors.live(one, written);
    await runner.live(one);
    written();
    await runner.watchCrawl(one);
  };
  const made = await scheduler.all<readonly CreatedWidget[]>([
    async () => {
      const late = await quietLane(runner, stage, { scripts: plan.quiet, own, all: alive }).finally(quietIsOver.tell);
      await allIsWritten.wait();
      await lastSteps(runner, stage, own);
      return late;
    },
    ...others.map((one) => async () => {
      const written = once(allIsWritten.tell);
      await lane(one, written).finally(written);
      return [];
    }),
  ]);
  return made.flat();
}

function once(tell: () => void): () => void {
  let isTold = false;
  return () => {
    if (!isTold) tell();
    isTold = true;
  };
}

/** Who looks at a widget as a visitor does. */
function visitorsOf({ script }: CreatedWidget, { visitors }: Stage, { visitor }: Plan): Stage["visitors"] {
  return visitor.includes(script) ? visitors : undefined;
}

/** Whether a widget can be asked for what is only assumed, when its script is over: no crawl may be running. */
function isSpare({ script, isDeleted }: CreatedWidget, { scripts, quiet }: Plan): boolean {
  const isPlain = scripts.includes(script) || quiet.includes(script);
  const isCrawled = [...script.live, ...(script.last ?? [])].some(({ operation }) => operation === "recrawlWidget");
  return isPlain && !isDeleted && !script.isLate && !isCrawled;
}
