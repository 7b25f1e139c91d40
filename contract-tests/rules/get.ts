import { timesShown } from "./calls.ts";
import { failuresOf } from "./failures.ts";
import { otherIds } from "./object.ts";
import type { RuleEntry } from "./rule-entry.ts";
import { serverErrorsOf } from "./server-errors.ts";

const ofGets = { operation: "getWidget", evidence: timesShown } as const satisfies RuleEntry;

/** The rules about getting a widget. */
export const getRules = {
  "GET-1": {
    ...ofGets,
    watched: (context) => [...otherIds(context, true), ...serverErrorsOf("getWidget")(context)],
    findings: (context) => [...otherIds(context, true), ...failuresOf("getWidget")(context)],
    relaxations: [{ breadth: 73, mayBeNotFound: true, fits: ({ view }) => view.kind === "missing" && !view.inList }],
    takesUnexplained: ({ moment }) => moment.kind === "missing" && !moment.inList,
  },
  "GET-2": {
    ...ofGets,
    // Where gets are not true they teach nothing either.
    relaxations: [
      { breadth: 74, onlyViews: true, isFirstOf: "gets", teachesNothing: true, fits: ({ view }) => !view.inList },
    ],
    takesUnexplained: () => true,
  },
} satisfies { readonly [rule: string]: RuleEntry };
