import { isShown } from "../history/timeline.ts";
import { timesShown } from "./calls.ts";
import type { Breach, RuleContext, RuleEntry } from "./rule-entry.ts";

const ofGets = { operation: "getWidget", evidence: timesShown } as const satisfies RuleEntry;

/** The rules about getting a widget. */
export const getRules = {
  "GET-1": {
    ...ofGets,
    findings: anotherWidget,
    relaxations: [{ breadth: 73, mayBeNotFound: true, fits: ({ view }) => view.kind === "missing" && !view.inList }],
    takesUnexplained: ({ moment }) => moment.kind === "missing" && !moment.inList,
  },
  "GET-2": {
    ...ofGets,
    // Where gets are not true they teach nothing either.
    relaxations: [{ breadth: 74, onlyViews: true, teachesNothing: true, fits: ({ view }) => !view.inList }],
    takesUnexplained: () => true,
  },
} satisfies { readonly [rule: string]: RuleEntry };

/** Gets that were answered with another widget of the run. */
function anotherWidget({ timelines }: RuleContext): Breach[] {
  const ids = new Set(timelines.map(({ id }) => id));
  return timelines.flatMap(({ id, moments }): Breach[] => {
    const other = moments.filter((one) => isShown(one)).find(({ widget }) => widget["id"] !== id);
    if (!other || !ids.has(String(other.widget["id"]))) return [];
    const message = `The response for ${id} has the id ${JSON.stringify(other.widget["id"])}.`;
    return [{ message, calls: [other.exchange.n] }];
  });
}
