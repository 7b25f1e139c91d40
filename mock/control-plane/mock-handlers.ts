import { readClock } from "../controls/clock.ts";
import { type ResetOptions, reset } from "../controls/reset.ts";
import type { Scope } from "../controls/scope.ts";
import { restore, type Snapshot, SnapshotError, snapshot } from "../controls/snapshot.ts";
import { OptionError } from "../option-error.ts";
import { Refusal } from "../refusal.ts";
import { rejectBody } from "../request/validate-body.ts";
import { withEmptyScenario } from "../scenarios/find-scenario.ts";
import type { ControlHandler } from "./control-call.ts";
import { document } from "./document.ts";

/** What the control plane does with the mock as a whole, or with a whole world. */
export const mockHandlers = {
  getHealth({ engine }) {
    const { seed, scenario, crawl } = engine.worlds.defaults;
    const clock = clockAsJson({ engine, organization: undefined });
    return {
      status: "ok",
      version: engine.version,
      dialect: engine.dialect.name,
      seed,
      scenario,
      crawl: crawl.text,
      clock,
    };
  },
  getControlDocument: () => document,
  listScenarios({ engine }) {
    const all = Object.entries(withEmptyScenario(engine.scenarios));
    return { scenarios: all.map(([name, { description }]) => ({ name, description })) };
  },
  reset({ scope, body }) {
    try {
      reset(scope, body as ResetOptions);
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      rejectBody([{ pointer: "#/scenario", code: "unknown", detail: error.problem }]);
    }
    return clockAsJson(scope);
  },
  takeSnapshot: ({ scope }) => snapshot(scope),
  restoreSnapshot({ scope, body }) {
    try {
      restore(scope, body as unknown as Snapshot);
    } catch (error) {
      if (!(error instanceof SnapshotError)) throw error;
      throw new Refusal("snapshot_refused", { values: { reason: error.message } });
    }
    return clockAsJson(scope);
  },
} satisfies Record<string, ControlHandler>;

/** A clock's time, and whether it goes by itself. */
export function clockAsJson(scope: Scope): { readonly now: string; readonly running: boolean } {
  const { now, running } = readClock(scope);
  return { now: new Date(now).toISOString(), running };
}
