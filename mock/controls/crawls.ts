import { readCrawl } from "../options.ts";
import type { Happening } from "../world/happening.ts";
import type { Widget } from "../world/widget.ts";
import type { World } from "../world/world.ts";
import { prospectIn, type Scope, watch, worldsIn } from "./scope.ts";

/** How crawls run, as `--crawl` takes it. */
export function crawlMode({ engine, organization }: Scope): string {
  const { worlds } = engine;
  return (organization === undefined ? worlds.prospect.crawl : worlds.of(organization).crawler.mode).text;
}

/**
 * Lets crawls run in another way; those that run go on as if they had begun in it.
 * @throws OptionError that says how crawls can run
 */
export function changeCrawls(scope: Scope, text: string): void {
  const mode = readCrawl(text);
  for (const world of worldsIn(scope)) world.changeCrawls(mode);
  const prospect = prospectIn(scope);
  if (prospect) prospect.crawl = mode;
}

/** Ends the running crawls now, or one widget's, well or badly, and tells what happened. */
export function endCrawls(scope: Scope, succeed: boolean, id?: string): Happening[] {
  return watch(scope, () => {
    for (const world of worldsIn(scope)) {
      // Those that have come to their end are none that run.
      world.clock.settle();
      for (const widget of meant(world, id)) if (world.isCrawling(widget)) world.crawler.end(widget, succeed);
    }
  });
}

function meant(world: World, id: string | undefined): readonly Widget[] {
  if (id === undefined) return world.crawling();
  const widget = world.widgets.get(id);
  return widget ? [widget] : [];
}
