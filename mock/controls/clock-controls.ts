import type { Happening } from "../world/happening.ts";
import { endOfTime } from "../world/time.ts";
import type { ControlOutput, Controls } from "./control-types.ts";
import { deliveriesSettled } from "./deliveries-settled.ts";
import { dueTaskOf } from "./due-task.ts";
import { invalidInput } from "./invalid-input.ts";
import {
  defaultsIn,
  defaultsToChange,
  happeningsDuring,
  happeningsDuringAsync,
  type Scope,
  worldsIn,
} from "./scope.ts";

type ClockOperation = "getClock" | "listAgenda" | "advanceClock" | "freezeClock" | "resumeClock";

const defaultAgenda = 100;

/** Controls of the clock. */
export const clockControls: Controls<ClockOperation> = {
  getClock: ({ scope }) => readClock(scope),

  listAgenda({ scope, input: { limit = defaultAgenda } }) {
    const worlds = worldsIn(scope);
    for (const { clock } of worlds) clock.runDueTasks();
    const due = worlds.flatMap((world) => world.clock.upcoming(limit).map((entry) => ({ world, ...entry })));
    due.sort((a, b) => a.at - b.at);
    return {
      total: worlds.reduce((sum, { clock }) => sum + clock.size, 0),
      due: due.slice(0, limit).map(({ world, at, task }) => dueTaskOf(world, at, task)),
    };
  },

  advanceClock({ scope, input, waits }) {
    const milliseconds = input.seconds * 1000;
    checkAdvance(scope, milliseconds);
    const advance = () => {
      for (const { clock } of worldsIn(scope)) clock.advance(milliseconds);
      defaultsToChange(scope)?.time.advance(milliseconds);
    };
    const advanced = (happened: Happening[]) => ({ ...readClock(scope), happened });
    if (!waits) return advanced(happeningsDuring(scope, advance));
    const advanceAndSettle = () => {
      advance();
      return deliveriesSettled(scope);
    };
    return happeningsDuringAsync(scope, advanceAndSettle).then(advanced);
  },

  freezeClock({ scope }) {
    for (const { clock } of worldsIn(scope)) clock.freeze();
    defaultsToChange(scope)?.time.freeze();
    return readClock(scope);
  },

  resumeClock({ scope }) {
    for (const { clock } of worldsIn(scope)) clock.resume();
    defaultsToChange(scope)?.time.resume();
    return readClock(scope);
  },
};

/** The time in a scope, and whether the clock is running. */
export function readClock(scope: Scope): ControlOutput<"getClock"> {
  const { time } = defaultsIn(scope) ?? {};
  const clock = time ?? worldsIn(scope)[0]?.clock;
  return { now: new Date(clock?.now() ?? 0).toISOString(), running: clock?.running ?? false };
}

function checkAdvance(scope: Scope, milliseconds: number): void {
  const times = worldsIn(scope).map(({ clock }) => clock.now());
  const latest = Math.max(Date.parse(readClock(scope).now), ...times);
  if (latest + milliseconds <= endOfTime) return;
  throw invalidInput(
    "seconds",
    `seconds is too large: the clock cannot go beyond ${new Date(endOfTime).toISOString()}`,
  );
}
