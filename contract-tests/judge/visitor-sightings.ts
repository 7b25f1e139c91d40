import type { History } from "../history/history.ts";
import { crawlSightings } from "./crawl-sightings.ts";
import { deleteSightings } from "./delete-sightings.ts";
import { recrawlSightings } from "./recrawl-sightings.ts";
import type { Sighting } from "./sighting.ts";
import { visitSightings } from "./visit-sightings.ts";

/** What adapters have told of the rules that the API alone does not show; each beside its control, or not at all. */
export function visitorSightings(history: History): Sighting[] {
  return [
    ...crawlSightings(history),
    ...visitSightings(history),
    ...recrawlSightings(history),
    ...deleteSightings(history),
  ];
}

/** What members of adapters have thrown: faults of the adapter. */
export function adapterErrors({ observations }: History): string[] {
  return observations.flatMap(({ member, when, error }) =>
    error === undefined ? [] : [`${member} (${when}): ${error}`],
  );
}
