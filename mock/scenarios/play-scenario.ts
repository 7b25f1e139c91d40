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
      if (action.kind === "call") callOperation(performance, action);
      else changeWidget(performance, action);
    } catch (error) {
      if (action.ifPossible && (error instanceof StepError || error instanceof Refusal)) continue;
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

/** A step that cannot be done. */
class StepError extends Error {}

/** Plays a step that is no call, but does something to a widget from outside. */
function changeWidget(performance: Performance, action: Exclude<ScenarioAction, { readonly kind: "call" }>): void {
  const { world, engine } = performance;
  const widget = findWidget(performance, action.widget);
  const isCrawling = world.life.isCrawling(widget);
  switch (action.kind) {
    case "end-crawl":
      if (!isCrawling) throw new StepError(`no crawl of widget ${action.widget} is running`);
      world.crawler.end(widget, action.outcome && action.outcome === "succeeded");
      return;
    case "wait": {
      const isActive = () => engine.dialect.document["x-lifecycle"].states[widget.state]?.shows === "active";
      if (!isActive() && isCrawling) world.crawler.end(widget);
      if (!isActive()) throw new StepError(`widget ${action.widget} does not become active`);
      return;
    }
    case "change-site":
      world.sites.change(widget.siteHost);
  }
}

function callOperation(
  performance: Performance,
  { operation: operationId, widget, body = {} }: Extract<ScenarioAction, { readonly kind: "call" }>,
): void {
  const { engine, world, widgetIds } = performance;
  const operation = engine.operations.get(operationId);
  const handler = operationHandlers[operationId];
  if (!operation || !handler) throw new StepError(`there is no operation ${operationId}`);
  // A dialect may change schemas and compile them later; the bodies of scenarios match the published ones.
  if (operation.body) {
    validateBody({ document: engine.dialect.document, operation, validate: bodies[operationId] }, body as Json);
  }
  const isCreate = operationId === "createWidget";
  const id = widget === undefined || isCreate ? "" : findWidget(performance, widget).id;
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
  if (!isCreate || widget === undefined) return;
  const [newest] = world.widgets.from(undefined, "older", 1);
  if (newest) widgetIds.set(widget, newest.id);
}

function findWidget({ world, widgetIds }: Performance, name: string): StoredWidget {
  const widget = world.widgets.get(widgetIds.get(name) ?? "");
  if (!widget) throw new StepError(`no earlier step creates a widget ${name}`);
  return widget;
}

function reasonOf(action: ScenarioAction, error: unknown): string {
  if (!(error instanceof Refusal)) return (error as Error).message;
  const { problem, details } = error;
  const summary = details.values?.["summary"];
  return `${action.kind === "call" ? action.operation : "the step"} is rejected with ${problem}${summary === undefined ? "" : `. ${summary}`}`;
}
