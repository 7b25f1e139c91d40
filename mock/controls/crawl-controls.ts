import { OptionError } from "../option-error.ts";
import { readCrawl } from "../options.ts";
import { Refusal } from "../refusal.ts";
import type { CrawlMode } from "../world/crawl-mode.ts";
import type { Happening } from "../world/happening.ts";
import type { StoredWidget } from "../world/widget.ts";
import type { World } from "../world/world.ts";
import type { Controls } from "./control-types.ts";
import { invalidInput } from "./invalid-input.ts";
import {
  defaultsIn,
  defaultsToChange,
  happeningsDuring,
  onlyWorldIn,
  type Scope,
  worldOfWidget,
  worldsIn,
} from "./scope.ts";

/** Controls of how crawls run and end. */
export const crawlControls: Controls<"getCrawlMode" | "setCrawlMode" | "endCrawls" | "endCrawl" | "triggerEvent"> = {
  getCrawlMode: ({ scope }) => ({ mode: modeIn(scope).text }),

  setCrawlMode({ scope, input }) {
    const mode = readMode(input.mode);
    for (const world of worldsIn(scope)) world.setCrawlMode(mode);
    const defaults = defaultsToChange(scope);
    if (defaults) defaults.crawl = mode;
    return { mode: mode.text };
  },

  endCrawls: ({ scope, input }) => ({
    happened: happeningsDuring(scope, () => {
      for (const world of worldsIn(scope)) {
        // Crawls that are due have ended by themselves.
        world.clock.runDueTasks();
        for (const widget of world.life.crawling()) world.crawler.end(widget, input.outcome === "succeeded");
      }
    }),
  }),

  endCrawl({ scope, input }) {
    const world = worldOfWidget(scope, input.id);
    return endOne(scope, { world, widget: findWidget(world, input.id) }, input.outcome);
  },

  triggerEvent({ scope, input, requestId }) {
    const world = worldOfWidget(scope, input.id);
    const widget = findWidget(world, input.id);
    const { to } = scope.engine.dialect.document["x-lifecycle"].operations["recrawlWidget"]?.[widget.state] ?? {};
    if (!world.life.isCrawling(widget)) world.life.changeState(widget, to, requestId());
    return endOne(scope, { world, widget }, input.outcome);
  },
};

function modeIn(scope: Scope): CrawlMode {
  return defaultsIn(scope)?.crawl ?? onlyWorldIn(scope).crawler.mode;
}

function readMode(text: string): CrawlMode {
  try {
    return readCrawl(text);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    throw invalidInput("mode", `mode ${error.problem}`);
  }
}

function findWidget(world: World, id: string): StoredWidget {
  const { widget } = world.life.find(id);
  if (!widget) throw new Refusal("not_found", { values: { id } });
  return widget;
}

function endOne(
  scope: Scope,
  { world, widget }: { readonly world: World; readonly widget: StoredWidget },
  outcome: "succeeded" | "failed",
): Happening {
  const [happening] = happeningsDuring(scope, () => {
    if (world.life.isCrawling(widget)) world.crawler.end(widget, outcome === "succeeded");
  });
  if (!happening) throw new Refusal("no_crawl", { values: { id: widget.id } });
  return happening;
}
