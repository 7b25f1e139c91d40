import { bodies } from "../../spec/generated/validators.js";
import type { Json } from "../../spec/merge-patch.ts";
import type { Engine } from "../engine.ts";
import { operationHandlers } from "../operations/widget-operations.ts";
import { OptionError } from "../option-error.ts";
import { Refusal } from "../refusal.ts";
import { validateBody } from "../request/validate-body.ts";
import { parseCrawlMode } from "../world/crawl-mode.ts";
import type { StoredWidget } from "../world/widget.ts";
import type { World } from "../world/world.ts";
import { findScenario } from "./find-scenario.ts";
import type { ScenarioAction } from "./scenario.ts";
import { unrollSteps } from "./unroll-steps.ts";

/** A scenario on its way through a world. */
interface Performance {
  readonly engine: Engine;
  readonly world: World;
  /** The ids of the widgets by their names in the scenario. */
  readonly widgetIds: Map<string, string>;
}

/**
 * Plays a scenario in a new world. Meanwhile a crawl ends only when the scenario says so; those still running at the end
 * then continue in the mock's own crawl mode.
 * @throws OptionError whose field is the step that cannot be played, such as `scenarios.mine.steps[1]`
 */
export function playScenario(engine: Engine, world: World, name: string): void {
  const { steps } = findScenario(engine.scenarios, name);
  if (steps.length === 0) return;
  const { mode } = world.crawler;
  const performance: Performance = { engine, world, widgetIds: new Map() };
  world.setCrawlMode(parseCrawlMode("manual"));
  for (const { action, path, runs } of unrollSteps(steps)) {
    try {
      if ("crawl" in action) endCrawl(performance, action);
      else callOperation(performance, action);
    } catch (error) {
      const when = runs.length === 0 ? "" : ` in run ${runs.join(" of run ")}`;
      throw new OptionError(`scenarios.${name}.${path}`, `cannot be played${when}: ${reasonOf(action, error)}`);
    }
  }
  world.setCrawlMode(mode);
}

/**
 * Plays a scenario in a world of its own, to see whether it can be played.
 * @throws OptionError as `playScenario` does
 */
export function rehearseScenario(engine: Engine, name: string): void {
  if (findScenario(engine.scenarios, name).steps.length > 0) engine.worlds.rehearse(name);
}

function endCrawl(
  performance: Performance,
  { crawl, widget: name }: Extract<ScenarioAction, { readonly crawl: string }>,
): void {
  const { world } = performance;
  const widget = findWidget(performance, name);
  if (!world.life.isCrawling(widget)) throw new Error(`no crawl of widget ${name} is running`);
  world.crawler.end(widget, crawl === "succeeded");
}

function callOperation(
  performance: Performance,
  { operation: operationId, widget, as, body = {} }: Extract<ScenarioAction, { readonly operation: string }>,
): void {
  const { engine, world, widgetIds } = performance;
  const operation = engine.operations.get(operationId);
  const handler = operationHandlers[operationId];
  if (!operation || !handler) throw new Error(`there is no operation ${operationId}`);
  // A dialect may change schemas and compile them later; the bodies of scenarios match the published ones.
  if (operation.body) {
    validateBody({ document: engine.dialect.document, operation, validate: bodies[operationId] }, body as Json);
  }
  const id = widget === undefined ? "" : findWidget(performance, widget).id;
  const created = world.ids.widgets;
  handler({
    engine,
    world,
    operation,
    id,
    params: { id },
    requestId: "scenario",
    header: () => undefined,
    parameters: {},
    body,
    noteAssumption() {},
  });
  if (as === undefined) return;
  const [newest] = world.widgets.from(undefined, "older", 1);
  if (newest && world.ids.widgets > created) widgetIds.set(as, newest.id);
}

function findWidget({ world, widgetIds }: Performance, name: string): StoredWidget {
  const widget = world.widgets.get(widgetIds.get(name) ?? "");
  if (!widget) throw new Error(`no earlier step creates a widget ${name}`);
  return widget;
}

function reasonOf(action: ScenarioAction, error: unknown): string {
  if (!(error instanceof Refusal)) return (error as Error).message;
  const { problem, details } = error;
  const summary = details.values?.["summary"];
  return `${"operation" in action ? action.operation : "the crawl"} is rejected with ${problem}${summary === undefined ? "" : `. ${summary}`}`;
}
