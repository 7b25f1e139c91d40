import { bodies } from "../../spec/generated/validators.js";
import type { Json } from "../../spec/merge-patch.ts";
import type { Engine } from "../engine.ts";
import { operationHandlers } from "../operations/widget-operations.ts";
import { OptionError } from "../options.ts";
import { Refusal } from "../refusal.ts";
import { validateBody } from "../request/validate-body.ts";
import { parseCrawlMode } from "../world/crawl-mode.ts";
import type { StoredWidget } from "../world/widget.ts";
import type { World } from "../world/world.ts";
import { findScenario } from "./find-scenario.ts";
import type { ScenarioAction } from "./scenario.ts";
import { unrollSteps } from "./unroll-steps.ts";

/**
 * Does in a new world what a scenario says. Its crawls wait until the scenario ends them; those that it leaves run on as
 * the mock's crawls do.
 * @throws OptionError that names the step where one cannot be done
 */
export function playScenario(engine: Engine, world: World, name: string): void {
  const { steps } = findScenario(engine.scenarios, name);
  if (steps.length === 0) return;
  const { mode } = world.crawler;
  const widgets = new Map<string, string>();
  world.setCrawlMode(parseCrawlMode("manual"));
  for (const { action, place } of unrollSteps(steps)) {
    try {
      if ("crawl" in action) endCrawl(world, widgetNamed(world, widgets, action.of), action.crawl === "succeeded");
      else callOperation(engine, world, widgets, action);
    } catch (error) {
      const what = error instanceof Refusal ? `is refused: ${reasonOf(error)}` : (error as Error).message;
      throw new OptionError(`scenario: step ${place} of ${name} (${"call" in action ? action.call : "crawl"}) ${what}`);
    }
  }
  world.setCrawlMode(mode);
}

/**
 * Plays a scenario in a world that nobody sees.
 * @throws OptionError as `playScenario` does
 */
export function rehearseScenario(engine: Engine, name: string): void {
  if (findScenario(engine.scenarios, name).steps.length > 0) engine.worlds.rehearse(name);
}

function endCrawl(world: World, widget: StoredWidget, succeed: boolean): void {
  if (!world.isCrawling(widget))
    throw new Error(`is about ${widget.configuration["name"]}, of which no crawl is running.`);
  world.crawler.end(widget, succeed);
}

function callOperation(
  engine: Engine,
  world: World,
  widgets: Map<string, string>,
  { call: operationId, of, as, body = {} }: Extract<ScenarioAction, { readonly call: string }>,
): void {
  const operation = engine.operations.get(operationId);
  const handler = operationHandlers[operationId];
  if (!operation || !handler) throw new Error("names no operation of the document.");
  // A dialect may change schemas and compile them later; what a scenario sends fits the published ones.
  if (operation.body) validateBody(engine.dialect.document, operation, bodies[operationId], body as Json);
  const id = of === undefined ? "" : widgetNamed(world, widgets, of).id;
  const created = world.ids.widgets;
  const requestId = "scenario";
  const params = { id };
  handler({
    engine,
    world,
    operation,
    id,
    params,
    requestId,
    headers: new Headers(),
    parameters: {},
    body,
    noteAssumption() {},
  });
  if (as === undefined) return;
  const [newest] = world.widgets.from(undefined, "older", 1);
  if (newest && world.ids.widgets > created) widgets.set(as, newest.id);
}

function widgetNamed(world: World, widgets: ReadonlyMap<string, string>, name: string): StoredWidget {
  const widget = world.widgets.get(widgets.get(name) ?? "");
  if (!widget) throw new Error(`is about ${name}, and no step before it has made a widget of that name.`);
  return widget;
}

function reasonOf({ problem, details }: Refusal): string {
  return [problem, details.values?.["summary"]].filter(Boolean).join(", ");
}
