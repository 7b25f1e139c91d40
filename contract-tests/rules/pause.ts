import type { Relaxation } from "../model/relaxation.ts";
import { inAnyPhase } from "../model/state.ts";
import { isThere } from "../model/transitions.ts";
import { breakdownsOf, timesAccepted } from "./calls.ts";
import { refusing, touching } from "./hooks.ts";
import type { OperationId, RuleContext, RuleEntry, ShownCase } from "./rule-entry.ts";
import { withSameIds } from "./same-ids.ts";
import { type Visit, visitsWhen } from "./visits.ts";

const ofPauses = { operation: "pauseWidget", takes: ["pauseWidget", "resumeWidget"] } as const satisfies RuleEntry;

/** The rules about pausing and resuming a widget. */
export const pauseRules = {
  "PAUSE-1": {
    ...ofPauses,
    evidence: timesAccepted("pauseWidget"),
    findings: (context) => [
      ...breakdownsOf("pauseWidget")(context),
      ...withSameIds("pauseWidget", (_, view) =>
        view && context.model.life.isDocumented(view["status"])
          ? `After a pause the status is ${view["status"]}.`
          : undefined,
      )(context),
    ],
    relaxations: [
      {
        breadth: 15,
        ...refusing("PAUSE-1"),
        after: leadingAnywhere("pauseWidget"),
        // It is active again by itself.
        later: (state, { life }) =>
          state.phase === life.targetOf("pauseWidget") ? [{ ...state, phase: life.active }] : [],
      },
      { breadth: 92, ...touching("pauseWidget") },
    ],
  },
  "PAUSE-2": {
    ...ofPauses,
    evidence: timesAccepted("resumeWidget"),
    findings: breakdownsOf("resumeWidget"),
    relaxations: [
      { breadth: 16, ...refusing("PAUSE-2"), after: leadingAnywhere("resumeWidget") },
      { breadth: 93, ...touching("resumeWidget") },
    ],
  },
  "PAUSE-3": {
    ...ofPauses,
    adapter: ["loadWidget"],
    shown: (context) =>
      loadsWhenPaused(context).map(({ result, calls }): ShownCase => {
        const message = "It loaded before it was paused, and does not when it is paused.";
        return { message: result["loads"] === true ? undefined : message, calls };
      }),
  },
  "PAUSE-4": {
    ...ofPauses,
    adapter: ["startConversation"],
    shown: (context) =>
      visitsWhen(context, "startConversation", "paused")
        .filter((visit) => visit.control["started"] === true && isShownPaused(visit, context))
        .map(({ result, calls }): ShownCase => {
          const message = "A conversation started on the widget when it was paused.";
          return { message: result["started"] === true ? message : undefined, calls };
        }),
  },
  "PAUSE-5": {
    ...ofPauses,
    adapter: ["loadWidget"],
    shown: (context) =>
      loadsWhenPaused(context).flatMap(({ control, result, calls }): ShownCase[] => {
        const [before, after] = [control["snippet"], result["snippet"]];
        const message = "The snippet changed when it was paused.";
        const isKnown = result["loads"] === true && typeof before === "string" && typeof after === "string";
        return isKnown ? [{ message: before === after ? undefined : message, calls }] : [];
      }),
  },
  "PAUSE-6": {
    ...ofPauses,
    adapter: ["startConversation"],
    shown: (context) =>
      visitsWhen(context, "startConversation", "resumed")
        .filter(({ control, widget }) => control["started"] === true && widget["status"] === context.model.life.active)
        .map(({ result, calls }): ShownCase => {
          const message = "No conversation started when it was resumed.";
          return { message: result["started"] === true ? undefined : message, calls };
        }),
  },
  "PAUSE-7": {
    ...ofPauses,
    evidence: timesAccepted("pauseWidget"),
    relaxations: [
      {
        breadth: 12,
        onlyViews: true,
        forgets: ({ by, state, context }) => (by === "pauseWidget" || by === "resumeWidget") && isThere(state, context),
      },
    ],
  },
} satisfies { readonly [rule: string]: RuleEntry };

/** Lets an operation on a widget whose first crawl has ended lead to any phase. */
function leadingAnywhere(operation: OperationId): NonNullable<Relaxation["after"]> {
  return ({ exchange, before, kept, context }) =>
    exchange.operation === operation && isThere(before, context) ? inAnyPhase(kept, context) : [];
}

/** Whether the API itself shows that a widget is paused: by a word that the documentation does not have. */
function isShownPaused({ widget }: Visit, { model }: RuleContext): boolean {
  return !model.life.isDocumented(widget["status"]);
}

/** The widgets that loaded before, when they were paused. */
function loadsWhenPaused(context: RuleContext): Visit[] {
  return visitsWhen(context, "loadWidget", "paused").filter(
    (visit) => visit.control["loads"] === true && isShownPaused(visit, context),
  );
}
