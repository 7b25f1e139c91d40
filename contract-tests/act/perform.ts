import type { Plan } from "../plan/plan.ts";
import type { Lister } from "./lister.ts";
import type { Mailbox } from "./mailbox.ts";
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
  readonly hasSecond: boolean;
}

/** Does everything that is planned, from the first create to the last delete. */
export async function perform(runner: ScriptRunner, stage: Stage, plan: Plan): Promise<void> {
  const { scheduler, lister } = stage;
  const quietIsOver = scheduler.signal();
  const scripts = [...plan.quiet, ...plan.scripts, ...(stage.visitors ? plan.visitor : [])];
  const [first, ...others] = scripts;
  // One before the others, so that a namesake comes when it is there already.
  const made = [
    first && (await runner.create(first)),
    ...(await scheduler.all(others.map((script) => () => runner.create(script)))),
  ];
  const alive = made.filter((one) => one !== undefined);
  await lister.walk(100);
  await askForeigners(stage, alive);
  const isQuiet = ({ script }: Made) => plan.quiet.includes(script);
  await scheduler.all([
    () => quietLane(runner, stage, alive.filter(isQuiet)).finally(() => quietIsOver.tell()),
    ...alive
      .filter((one) => !isQuiet(one))
      .map((one) => async () => {
        if (!(await runner.untilActive(one))) return;
        const visitors = plan.visitor.includes(one.script) ? stage.visitors : undefined;
        await visitors?.arrive(one);
        await runner.read(one);
        await quietIsOver.wait();
        await (visitors ?? runner).live(one);
      }),
  ]);
  await untilListed(runner, lister);
  await walkTwice(lister);
  await askForeigners(stage, alive);
  await scheduler.all(alive.map((one) => () => runner.read(one)));
  if (stage.mailbox?.isSubscribed) await runner.untilTold(stage.mailbox);
  await scheduler.all(alive.map((one) => () => runner.remove(one)));
  await runner.removeLost(await lister.walk(100));
}

/** One operation at a time between two views of everything, while nothing else happens. */
async function quietLane(runner: ScriptRunner, { scheduler, lister }: Stage, widgets: readonly Made[]): Promise<void> {
  const active = await scheduler.all(
    widgets.map((one) => async () => ((await runner.untilActive(one)) ? one : undefined)),
  );
  await scheduler.all(active.filter((one) => one !== undefined).map((one) => () => runner.read(one)));
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
 * The list in pages of different sizes, each twice, while nothing is written: one of the sizes is such that the last page
 * is full.
 */
async function walkTwice(lister: Lister): Promise<void> {
  const { length } = await lister.walk(100);
  const full = [5, 4, 6, 3, 8, 9, 10].find((limit) => length % limit === 0) ?? length;
  const limits = [7, ...(full > 1 && full <= 100 ? [full] : [])];
  for (const limit of [...limits, ...limits]) await lister.walk(limit);
}

/** What who has no credential, and another organization's, are shown. */
async function askForeigners({ wire, scheduler, hasSecond }: Stage, [one]: readonly Made[]): Promise<void> {
  if (!one) return;
  const { id, name, called: made } = one;
  const askers = hasSecond ? (["nobody", "second"] as const) : (["nobody"] as const);
  await scheduler.all(
    askers.flatMap((who) => [
      () => wire.send({ call: "listWidgets", query: { limit: "100" }, who }),
      () => wire.send({ call: "getWidget", params: { id }, widget: name, who }),
      // What it would write is there already.
      () => wire.send({ call: "updateWidget", params: { id }, body: { name: made }, widget: name, who }),
    ]),
  );
}
