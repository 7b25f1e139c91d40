import { OptionError } from "../option-error.ts";
import { checkSeed } from "../options.ts";
import { rehearseScenario } from "../scenarios/play-scenario.ts";
import { type Scope, worldsIn } from "./scope.ts";

/** What a world begins with instead of what the mock was started with. */
export interface ResetOptions {
  /** `empty`, or a scenario that the mock knows. */
  readonly scenario?: string;
  readonly seed?: number;
}

/**
 * Forgets a world, or all, as if nobody had ever called.
 * @throws OptionError where there is no such scenario, or the seed is none; then nothing is forgotten
 */
export function reset(scope: Scope, options: ResetOptions = {}): void {
  const { engine, organization } = scope;
  const unknown = Object.keys(options).find((name) => !["scenario", "seed"].includes(name));
  if (unknown !== undefined)
    throw new OptionError(unknown, "is unknown", `unknown option "${unknown}"; the options are scenario, seed`);
  const { seed, scenario } = options;
  const given = { ...(seed === undefined ? {} : { seed }), ...(scenario === undefined ? {} : { scenario }) };
  if (seed !== undefined) checkSeed(seed);
  if (scenario !== undefined) rehearseScenario(engine, scenario);
  engine.worlds.reset(organization === undefined ? undefined : worldsIn(scope)[0], given);
}
