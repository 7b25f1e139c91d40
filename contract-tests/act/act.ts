import type { ApiDocument } from "../../spec/document.ts";
import { operationsOf } from "../../spec/operations.ts";
import { withoutForeigners } from "../history/foreign.ts";
import type { History } from "../history/history.ts";
import type { Plan } from "../plan/plan.ts";
import type { Target } from "../target.ts";
import type { ActSettings } from "./act-settings.ts";
import { Lister } from "./lister.ts";
import { Pace } from "./pace.ts";
import { Scheduler } from "./scheduler.ts";
import { type Made, ScriptRunner } from "./script-runner.ts";
import { VisitorLane } from "./visitor-lane.ts";
import { Watch } from "./watch.ts";
import { Wire } from "./wire.ts";

/** Does what is planned, and tells all that was seen. What it made it deletes at the end. */
export async function act(document: ApiDocument, target: Target, plan: Plan, settings: ActSettings): Promise<History> {
  const { adapter, advance = adapter?.advance } = target;
  const scheduler = new Scheduler(advance && ((ms) => advance(ms)));
  const pace = new Pace(scheduler, settings.callsPerSecond);
  const wire = new Wire(target, operationsOf(document), { scheduler, pace });
  const ownIds = new Set<string>();
  const lister = new Lister(wire, ownIds, settings.mostListCalls);
  const watch = new Watch(wire, lister, scheduler, settings);
  const runner = new ScriptRunner({ wire, watch, scheduler, lister, ownIds, settings });
  const visitors = adapter && plan.visitor.length > 0 ? new VisitorLane(adapter, runner, scheduler) : undefined;
  await scheduler.aside(() =>
    perform(runner, { scheduler, lister, wire, visitors, hasSecond: target.secondCredential !== undefined }, plan),
  );
  return {
    settings: {
      seed: settings.seed,
      readLagMs: settings.readLagMs,
      sitesVouched: settings.sites.length > 0 || adapter?.crawlsAnySite === true,
    },
    exchanges: wire.history.map((exchange) => withoutForeigners(exchange, lister.items, ownIds)),
    walks: lister.walks,
    waits: watch.waits,
    observations: visitors?.observations ?? [],
    items: lister.items,
    next: lister.next,
  };
}

interface Stage {
  readonly scheduler: Scheduler;
  readonly lister: Lister;
  readonly wire: Wire;
  readonly visitors: VisitorLane | undefined;
  readonly hasSecond: boolean;
}

async function perform(runner: ScriptRunner, stage: Stage, plan: Plan): Promise<void> {
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
  await lister.learn();
  await lister.walk(100);
  await askForeigners(stage, alive);
  const isQuiet = ({ script }: Made) => plan.quiet.includes(script);
  await scheduler.all([
    () => quietLane(runner, stage, alive.filter(isQuiet)).finally(() => quietIsOver.tell()),
    ...alive
      .filter((one) => !isQuiet(one))
      .map((one) => async () => {
        if (!(await runner.untilActive(one))) return;
        await runner.read(one);
        await quietIsOver.wait();
        if (stage.visitors && plan.visitor.includes(one.script)) await stage.visitors.live(one);
        else await runner.live(one);
      }),
  ]);
  await walkTwice(lister);
  await askForeigners(stage, alive);
  await scheduler.all(alive.map((one) => () => runner.read(one)));
  await scheduler.all(alive.map((one) => () => runner.remove(one)));
  await runner.removeLost(await lister.walk(100));
}

/** One operation at a time between two views of everything, while nothing else happens. */
async function quietLane(runner: ScriptRunner, { scheduler, lister }: Stage, widgets: readonly Made[]): Promise<void> {
  const active = await scheduler.all(
    widgets.map((one) => async () => ((await runner.untilActive(one)) ? one : undefined)),
  );
  await scheduler.all(active.filter((one) => one !== undefined).map((one) => () => runner.read(one)));
  // Where drafts are not listed there was nothing to learn from before.
  if (!lister.items) await lister.learn();
  await lister.walk(100);
  for (const one of active) {
    if (!one) continue;
    for (const step of one.script.live) {
      await runner.step(one, step);
      await lister.walk(100);
    }
  }
}

/** The list in pages of different sizes, twice, while nothing is written. */
async function walkTwice(lister: Lister): Promise<void> {
  for (const limit of [3, 100, 7, 3]) await lister.walk(limit);
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
