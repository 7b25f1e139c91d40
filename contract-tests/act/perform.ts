import { widgetIn } from "../history/views.ts";
import type { Plan } from "../plan/plan.ts";
import type { Cleaner } from "./cleaner.ts";
import type { Limits } from "./limits.ts";
import type { Lister } from "./lister.ts";
import type { Mailbox } from "./mailbox.ts";
import type { ProbeLane } from "./probe-lane.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Made, ScriptRunner } from "./script-runner.ts";
import type { VisitorLane } from "./visitor-lane.ts";
import type { Wire } from "./wire.ts";

/** What a run is played on. */
export interface Stage {
  readonly scheduler: Scheduler;
  readonly lister: Lister;
  readonly wire: Wire;
  readonly visitors: VisitorLane | undefined;
  readonly mailbox: Mailbox | undefined;
  readonly probes: ProbeLane | undefined;
  readonly limits: Limits;
  readonly cleaner: Cleaner;
  readonly hasSecond: boolean;
}

/** Does everything that is planned, from the first create to the last delete. */
export async function perform(runner: ScriptRunner, stage: Stage, plan: Plan): Promise<void> {
  const { scheduler, lister, probes } = stage;
  const quietIsOver = scheduler.signal();
  const scripts = [...plan.quiet, ...plan.scripts, ...(stage.visitors ? plan.visitor : [])];
  const [first, ...others] = scripts;
  runner.say(`making ${scripts.length} widgets`);
  // One before the others, so that a namesake comes when it is there already.
  const made = [first && (await runner.create(first))];
  await probes?.begin();
  made.push(...(await scheduler.all(others.map((script) => () => runner.create(script)))));
  const alive = made.filter((one) => one !== undefined);
  await lister.walk(100);
  await askForeigners(stage, alive);
  const isQuiet = ({ script }: Made) => plan.quiet.includes(script);
  await scheduler.all([
    () => quietLane(runner, stage, { own: alive.filter(isQuiet), all: alive }).finally(() => quietIsOver.tell()),
    ...alive
      .filter((one) => !isQuiet(one))
      .map((one) => async () => {
        if (!(await runner.untilActive(one))) return;
        const visitors = plan.visitor.includes(one.script) ? stage.visitors : undefined;
        await visitors?.arrive(one);
        await runner.readFirst(one);
        await quietIsOver.wait();
        await (visitors ?? runner).live(one);
      }),
  ]);
  if (!stage.limits.isOver) await lastLooks(runner, stage, alive);
  const spare =
    probes && !stage.limits.isOver ? alive.find((one) => isSpare(one, plan) && runner.showsActive(one)) : undefined;
  runner.say("deleting what was made");
  await scheduler.all(alive.filter((one) => one !== spare).map((one) => () => runner.remove(one)));
  await stage.cleaner.removeLost(await lister.walk(100), (id) => runner.owns(id));
  // No judge knows of deletes among the probes, so nothing is listed after them, and nothing read.
  runner.end();
  await probes?.end(spare);
}

/** What is looked at when everything has been done. */
async function lastLooks(runner: ScriptRunner, stage: Stage, alive: readonly Made[]): Promise<void> {
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

/** Whether a widget can be asked for what is only assumed, when its script is over: no crawl may be running. */
function isSpare({ script, isDeleted }: Made, { scripts, quiet }: Plan): boolean {
  const isPlain = scripts.includes(script) || quiet.includes(script);
  return isPlain && !isDeleted && !script.live.some(({ call }) => call === "recrawlWidget");
}

interface QuietWidgets {
  /** Those that something is done to. */
  readonly own: readonly Made[];
  /** All that may be touched by that. */
  readonly all: readonly Made[];
}

/** One operation at a time between two views of everything, while nothing else happens. */
async function quietLane(
  runner: ScriptRunner,
  { scheduler, lister }: Stage,
  { own, all }: QuietWidgets,
): Promise<void> {
  const active = await scheduler.all(own.map((one) => async () => ((await runner.untilActive(one)) ? one : undefined)));
  // What is not known before cannot be seen to change.
  await scheduler.all(all.filter((one) => runner.isActive(one)).map((one) => () => runner.readFirst(one)));
  await lister.walk(100);
  for (const one of active) {
    if (!one) continue;
    for (const step of one.script.live) {
      await runner.step(one, step);
      await lister.walk(100);
    }
  }
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

/** What who has no credential, and another organization's, are shown. */
async function askForeigners({ wire, scheduler, lister, hasSecond }: Stage, [one]: readonly Made[]): Promise<void> {
  if (!one) return;
  const { id, name } = one;
  const shown = widgetIn(one.seen?.response?.body)?.["name"] ?? one.called;
  const askers = hasSecond ? (["nobody", "second"] as const) : (["nobody"] as const);
  await scheduler.all(
    askers.flatMap((who) => [
      () => wire.send({ call: "listWidgets", query: { limit: "100" }, who }),
      ...(lister.lastCursor === undefined
        ? []
        : [() => wire.send({ call: "listWidgets", query: { limit: "100", cursor: lister.lastCursor ?? "" }, who })]),
      () => wire.send({ call: "getWidget", params: { id }, widget: name, who }),
      // What it would write is there already.
      () => wire.send({ call: "updateWidget", params: { id }, body: { name: shown }, widget: name, who }),
    ]),
  );
}

/** Whether who has no credential, or another organization's, can pause a widget; the read that follows shows it. */
async function pauseAsForeigners({ wire, hasSecond }: Stage, one: Made | undefined): Promise<void> {
  if (!one) return;
  for (const who of hasSecond ? (["nobody", "second"] as const) : (["nobody"] as const)) {
    await wire.send({ call: "pauseWidget", params: { id: one.id }, widget: one.name, script: one.script.id, who });
  }
}
