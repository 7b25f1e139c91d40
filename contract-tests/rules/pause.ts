import { acceptedWrites, getAfter, getBefore, getsIn, type ShownMoment, writesIn } from "../history/timeline.ts";
import type { Relaxation } from "../model/relaxation.ts";
import { inAnyPhase } from "../model/state.ts";
import { isThere } from "../model/transitions.ts";
import { timesAccepted } from "./calls.ts";
import { refusedAfterRecrawl } from "./crawl-failures.ts";
import { failuresOf } from "./failures.ts";
import { refusing, touching } from "./hooks.ts";
import type { Breach, OperationId, RuleContext, RuleEntry, ShownCase } from "./rule-entry.ts";
import { withSameIds } from "./same-ids.ts";
import { serverErrorsOf } from "./server-errors.ts";
import { type Visit, visitsWhen } from "./visits.ts";

const ofPauses = { operation: "pauseWidget", takes: ["pauseWidget", "resumeWidget"] } as const satisfies RuleEntry;

/** Lets a paused widget become active without a call. */
const fromPausedToActive: NonNullable<Relaxation["later"]> = (state, { life }) =>
  state.phase === life.paused ? [{ ...state, phase: life.active }] : [];

/** The rules about pausing and resuming a widget. */
export const pauseRules = {
  "PAUSE-1": {
    ...ofPauses,
    evidence: timesAccepted("pauseWidget"),
    watched: serverErrorsOf("pauseWidget"),
    findings: (context) => [
      ...failuresOf("pauseWidget")(context),
      ...refusedAfterRecrawl("pauseWidget")(context),
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
        // It is shown as a draft, and is paused in all else.
        mayShow: ({ name, state, widget, context: { life } }) =>
          name === "status" && state.phase === life.paused && widget["status"] === life.initial,
        // It is active again by itself.
        later: fromPausedToActive,
      },
      { breadth: 92, ...touching("pauseWidget", "the-same") },
    ],
  },
  "PAUSE-2": {
    ...ofPauses,
    evidence: timesAccepted("resumeWidget"),
    watched: serverErrorsOf("resumeWidget"),
    findings: (context) => [
      ...failuresOf("resumeWidget")(context),
      ...refusedAfterRecrawl("resumeWidget")(context),
      ...draftsAfterResume(context),
    ],
    relaxations: [
      // What a resume is to do may come later.
      { breadth: 16, ...refusing("PAUSE-2"), after: leadingAnywhere("resumeWidget"), later: fromPausedToActive },
      { breadth: 93, ...touching("resumeWidget", "the-same") },
    ],
  },
  "PAUSE-3": {
    ...ofPauses,
    adapter: ["loadWidget"],
    shown: ofEachVisit("loadWidget", "paused", ({ result }) =>
      result["loads"] === true ? undefined : "It loaded before it was paused, and does not when it is paused.",
    ),
  },
  "PAUSE-4": {
    ...ofPauses,
    adapter: ["startConversation"],
    shown: ofEachVisit("startConversation", "paused", ({ result }) =>
      result["started"] === true ? "A conversation started on the widget when it was paused." : undefined,
    ),
  },
  "PAUSE-5": {
    ...ofPauses,
    adapter: ["loadWidget"],
    shown: ofEachVisit(
      "loadWidget",
      "paused",
      ({ control, result }) =>
        control["snippet"] === result["snippet"] ? undefined : "The snippet changed when it was paused.",
      ({ control, result }) =>
        result["loads"] === true && [control, result].every(({ snippet }) => typeof snippet === "string"),
    ),
  },
  "PAUSE-6": {
    ...ofPauses,
    adapter: ["startConversation"],
    shown: ofEachVisit("startConversation", "resumed", ({ result }) =>
      result["started"] === true ? undefined : "No conversation started when it was resumed.",
    ),
  },
  "PAUSE-7": {
    // What a pause empties was taken by no delete of another widget.
    hides: ({ finding: { rule }, by }) => by === "shown" && rule === "DELETE-8",
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

/**
 * Widgets that were active, were paused, and are drafts since they were resumed: no crawl that may still run explains that,
 * for a widget is a draft until its first crawl has ended and never again. A draft that comes after a recrawl too and that
 * passes by itself is rather the recrawl's.
 */
function draftsAfterResume({ timelines, model: { life } }: RuleContext): Breach[] {
  const isDraft = ({ widget }: ShownMoment) => widget["status"] === life.initial;
  return timelines.flatMap((timeline): Breach[] => {
    const gets = getsIn(timeline);
    const writes = writesIn(timeline);
    return acceptedWrites(timeline, "resumeWidget").flatMap((resume): Breach[] => {
      const [before, after] = [getBefore(timeline, resume), getAfter(timeline, resume)];
      const wasActive = gets.some((one) => one.widget["status"] === life.active && one.exchange.ended < resume.began);
      if (!before || !after || !wasActive || life.isDocumented(before.widget["status"]) || !isDraft(after)) return [];
      const [from, to] = [before.exchange.began, after.exchange.ended];
      if (writes.some((one) => one.n !== resume.n && one.ended > from && one.began < to)) return [];
      const isRecrawled = writes.some(({ operation, began }) => life.startsCrawl(operation) && began < resume.began);
      const next = getAfter(timeline, after.exchange);
      const isLeftAlone = !writes.some(({ began }) => began > to && began < (next?.exchange.ended ?? 0));
      if (isRecrawled && isLeftAlone && next?.widget["status"] === life.active) return [];
      const calls = writes.filter(({ began }) => began < resume.began).map(({ n }) => n);
      const message = "After a resume a widget that was active before its pause is a draft.";
      const all = [timeline.created.n, ...calls, resume.n, after.exchange.n];
      return [{ message, calls: all, ...(timeline.script && { script: timeline.script }) }];
    });
  });
}

/** Lets an operation on a widget whose first crawl has ended lead to any phase. */
function leadingAnywhere(operation: OperationId): NonNullable<Relaxation["after"]> {
  return ({ exchange, before, kept, context }) =>
    exchange.operation === operation && isThere(before, context) ? inAnyPhase(kept, context) : [];
}

/** Looks at every visit that worked before, and at which the API itself shows that the widget was paused, or active again. */
function ofEachVisit(
  member: "loadWidget" | "startConversation",
  when: "paused" | "resumed",
  wrong: (visit: Visit) => string | undefined,
  isKnown: (visit: Visit) => boolean = () => true,
): (context: RuleContext) => ShownCase[] {
  return (context) => {
    const { life } = context.model;
    const isSo = ({ widget: { status }, control }: Visit) =>
      control[member === "loadWidget" ? "loads" : "started"] === true &&
      (when === "paused" ? !life.isDocumented(status) : status === life.active);
    const visits = visitsWhen(context, member, when).filter((visit) => isSo(visit) && isKnown(visit));
    return visits.map((visit) => ({ message: wrong(visit), calls: visit.calls }));
  };
}
