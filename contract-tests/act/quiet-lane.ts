import type { Script } from "../plan/script.ts";
import type { CreatedWidget, ScriptRunner } from "./script-runner.ts";
import type { Stage } from "./stage.ts";

interface QuietWidgets {
  /** What is done, one script after the other. */
  readonly scripts: readonly Script[];
  /** Those that something is done to. */
  readonly own: readonly CreatedWidget[];
  /** All that may be touched by that. */
  readonly all: readonly CreatedWidget[];
}

/**
 * One operation at a time between two views of everything, while nothing else happens.
 * @returns the widgets that were made for that
 */
export async function quietLane(
  runner: ScriptRunner,
  { scheduler, lister }: Stage,
  { scripts, own, all }: QuietWidgets,
): Promise<CreatedWidget[]> {
  const active = (
    await scheduler.all(own.map((one) => async () => ((await runner.untilActive(one)) ? [one] : [])))
  ).flat();
  // What is not known before cannot be seen to change.
  await scheduler.all(all.filter((one) => runner.isActive(one)).map((one) => () => runner.readFirst(one)));
  await lister.walk(100);
  const late: CreatedWidget[] = [];
  for (const script of scripts) {
    if (script.isLate) {
      const made = await runner.create(script);
      if (made) late.push(made);
      await lister.walk(100);
      continue;
    }
    const one = active.find((other) => other.script === script);
    for (const step of one ? script.live : []) {
      if (one) await runner.step(one, step);
      await lister.walk(100);
    }
  }
  return late;
}

/** What is done at last, between two views of everything: nothing else is written while what comes of it may come. */
export async function lastSteps(
  runner: ScriptRunner,
  { scheduler, lister, limits }: Stage,
  own: readonly CreatedWidget[],
): Promise<void> {
  const active = own.filter((one) => one.script.last && !one.isDeleted && runner.isActive(one));
  if (active.length === 0 || limits.isOver) return;
  await lister.walk(100);
  for (const one of active) for (const step of one.script.last ?? []) await runner.step(one, step);
  await lister.walk(100);
  await scheduler.all(active.map((one) => () => runner.window(one)));
  await lister.walk(100);
}
