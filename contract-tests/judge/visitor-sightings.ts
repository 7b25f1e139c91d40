import type { RuleId } from "../../spec/generated/rules.ts";
import type { History } from "../history/history.ts";
import { entryOf } from "../rules/index.ts";
import { crawlSightings } from "./crawl-sightings.ts";
import { deleteSightings } from "./delete-sightings.ts";
import type { Finding } from "./finding.ts";
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

/** What an adapter has thrown of what a rule is shown by: a fault of the adapter; nothing where it has not. */
export function adapterFaults({ observations }: History, rule: RuleId): Finding[] {
  const members: readonly string[] = entryOf(rule).adapter ?? (rule.startsWith("EVENT-") ? ["subscribe"] : []);
  return observations
    .filter(({ member, error }) => members.includes(member) && error !== undefined)
    .slice(0, 1)
    .map(({ member, when, error }) => {
      const then = when === undefined ? "" : ` when the widget was ${when}`;
      const says = `The adapter's ${member} threw${then}: ${error}`;
      return { rule, level: "note", says, calls: [] };
    });
}
