import { document } from "../control-plane/document.ts";
import { Refusal } from "../refusal.ts";
import { rehearseScenario } from "../scenarios/play-scenario.ts";
import { readClock } from "./clock-controls.ts";
import type { Controls } from "./control-types.ts";
import { findWorlds, summaryOf, whenFound, worldOutput } from "./find-worlds.ts";
import { unknownInput } from "./invalid-input.ts";
import { worldsIn } from "./scope.ts";

const defaultLimit = 100;

/** Controls of the mock as a whole, or of a whole world. */
export const mockControls: Controls<
  "getHealth" | "getReadiness" | "getControlDocument" | "listWorlds" | "listScenarios" | "reset"
> = {
  getHealth({ scope: { engine, access = "admin" } }) {
    const { seed, scenario, crawl } = engine.worlds.defaults;
    const clock = readClock({ engine, organization: undefined });
    return {
      status: "ok",
      version: engine.version,
      dialect: engine.dialect.name,
      // From it, ids and the tokens of visitors can be guessed.
      ...((access === "admin" || engine.keyPolicy.isOpen) && { seed }),
      scenario,
      crawl: crawl.text,
      clock,
      access,
    };
  },

  async getReadiness({ scope: { engine } }) {
    const reason = engine.worlds.hasStopped ? "it is stopping" : await engine.persistence?.store?.ready?.();
    if (reason !== undefined) throw new Refusal("not_ready", { values: { reason } });
    return { status: "ready" };
  },

  getControlDocument: () => ({ ...document }),

  listWorlds({ scope, input: { offset = 0, limit = defaultLimit } }) {
    const { engine, organization } = scope;
    const own = organization === undefined ? undefined : engine.worlds.worldOf(organization);
    const found = own ? { total: 1, worlds: [summaryOf(own)] } : findWorlds(engine, { offset, limit });
    return whenFound(found, ({ total, worlds }) => ({ total, worlds: worlds.map((one) => worldOutput(engine, one)) }));
  },

  listScenarios({ scope: { engine } }) {
    const all = Object.entries(engine.scenarios);
    return { scenarios: all.map(([name, { description }]) => ({ name, description })) };
  },

  reset({ scope, input }) {
    const { engine, organization } = scope;
    const { scenario } = input;
    const scenarios = Object.keys(engine.scenarios);
    if (scenario !== undefined && !scenarios.includes(scenario)) throw unknownInput("scenario", scenario, scenarios);
    if (scenario !== undefined) rehearseScenario(engine, scenario);
    engine.worlds.reset(organization === undefined ? undefined : worldsIn(scope)[0], input);
    return readClock(scope);
  },
};
