import { readCrawl } from "../options.ts";
import type { Happening } from "../world/happening.ts";
import type { StoredWidget } from "../world/widget.ts";
import type { World } from "../world/world.ts";
import { defaultsIn, type Scope, watch, worldsIn } from "./scope.ts";

/** How crawls run, as `--crawl` takes it. */
export function crawlMode({ engine, organization }: Scope): string {
  const { worlds } = engine;
  return (organization === undefined ? worlds.defaults.crawl : worlds.worldOf(organization).crawler.mode).text;
}

/**
 * Lets crawls run in another way; those that run go on as if they had begun in it.
 * @throws OptionError that says how crawls can run
 */
export function changeCrawls(scope: Scope, text: string): void {
  const mode = readCrawl(text);
  for (const world of worldsIn(scope)) world.setCrawlMode(mode);
  const defaults = defaultsIn(scope);
  if (defaults) defaults.crawl = mode;
}

/** Ends the running crawls now, or one widget's, well or badly, and tells what happened. */
export function endCrawls(scope: Scope, succeed: boolean, id?: string): Happening[] {
  return watch(scope, () => {
    for (const world of worldsIn(scope)) {
      // Those that have come to their end are none that run.
      world.clock.runDueTasks();
      for (const widget of meant(world, id)) if (world.isCrawling(widget)) world.crawler.end(widget, succeed);
    }
  });
}

function meant(world: World, id: string | undefined): readonly StoredWidget[] {
  if (id === undefined) return world.crawlingWidgets();
  const widget = world.widgets.get(id);
  return widget ? [widget] : [];
}
