import { isJsonObject } from "../../spec/merge-patch.ts";
import { outcomeOf } from "../history/exchange.ts";
import { firstListed, type JudgedTimeline, type ViewMoment } from "../history/timeline.ts";
import { widgetIn } from "../history/views.ts";
import { inAnyPhase, type ModelContext, type State } from "../model/state.ts";
import { acceptedCalls, breakdownsOf, timesAccepted, timesShown } from "./calls.ts";
import { crawlsShown } from "./crawls.ts";
import type { Breach, RuleContext, RuleEntry } from "./rule-entry.ts";

const ofCreates = { operation: "createWidget", evidence: timesAccepted("createWidget") } as const satisfies RuleEntry;

/** The rules about creating a widget. */
export const createRules = {
  "CREATE-1": {
    ...ofCreates,
    findings: (context) => [...noCreate(context), ...refusedNames(context), ...breakdownsOf("createWidget")(context)],
  },
  "CREATE-2": { ...ofCreates, findings: otherWidgets },
  "CREATE-3": { ...ofCreates, relaxations: [{ breadth: 23, afterCreate: inAnyPhase }] },
  "CREATE-4": { ...ofCreates, findings: slowCreates },
  "CREATE-5": {
    operation: "createWidget",
    adapter: ["remains"],
    shown: (context) =>
      crawlsShown(context)
        .filter(({ what }) => what !== "early")
        .map(({ what, pages: _, ...shown }) => {
          const message = "The widget is active, but no page of its site was crawled.";
          return what === "crawled" ? { message: undefined } : { ...shown, message };
        }),
  },
  "CREATE-6": {
    operation: "createWidget",
    needsWholePlan: true,
    evidence: timesShown,
    relaxations: [
      {
        breadth: 41,
        onlyViews: true,
        fits: ({ state, view, timeline, context }) =>
          view.kind === "missing" && (isDraft(state, context) || isListedLater(view, timeline, context)),
      },
    ],
  },
} satisfies { readonly [rule: string]: RuleEntry };

function isDraft({ phase }: State, { life }: ModelContext): boolean {
  return phase === life.initial;
}

/** Whether the list lacks a widget that it shows for the first time later, or that was gone before any was shown. */
function isListedLater(
  { inList, exchange }: ViewMoment,
  timeline: JudgedTimeline,
  { listedAfterMs }: ModelContext,
): boolean {
  const first = firstListed(timeline);
  const isYoung = exchange.t0 - timeline.created.t1 < listedAfterMs;
  return inList && (first ? first.exchange.ended > exchange.ended : isYoung);
}

function refusedCreates({ history }: RuleContext) {
  return history.exchanges.filter(
    (one) => one.operation === "createWidget" && one.caller === "own" && outcomeOf(one) === "refused",
  );
}

/** No create at all was accepted. Who does not vouch for a site cannot know that one under .example may be used (A-VAL-4). */
function noCreate(context: RuleContext): Breach[] {
  const [first] = refusedCreates(context);
  const isKnown = context.history.settings.sitesVouched && acceptedCalls(context, "createWidget").length === 0;
  if (!first || !isKnown) return [];
  const message = `No create with name and site_url was accepted: ${first.response?.status}.`;
  return [{ message, calls: [first.n] }];
}

/** A name alone decides: refused, while a later create of a plainer name was accepted. A quota would refuse that too. */
function refusedNames(context: RuleContext): Breach[] {
  const done = acceptedCalls(context, "createWidget");
  return refusedCreates(context)
    .filter(({ n, request, response, isTricky }) => {
      const isUnusual = /[^\p{ASCII}]/u.test(String(request.body?.["name"]));
      return isUnusual && !isTricky && response?.status !== 429 && done.some((later) => later.n > n);
    })
    .map(({ n, request, response, origin }) => {
      const message = `A create with the name ${JSON.stringify(request.body?.["name"])} returned ${response?.status}.`;
      return { message, calls: [n], script: origin?.script ?? "" };
    });
}

/** Answers to creates that hold no widget, or one of another name. */
function otherWidgets(context: RuleContext): Breach[] {
  return acceptedCalls(context, "createWidget").flatMap(({ n, request, response }): Breach[] => {
    const widget = widgetIn(response?.body);
    const [name, sent] = [widget?.["name"], request.body?.["name"]];
    const calls = [n];
    // An id that is a number is no matter of what the answer holds.
    if (!widget && isJsonObject(response?.body) && typeof response.body["id"] === "number") return [];
    if (!widget) return [{ message: "The response to a create has no widget with an id.", calls }];
    if (name === undefined || name === sent) return [];
    return [
      { message: `The response to a create has the name ${JSON.stringify(name)}, not ${JSON.stringify(sent)}.`, calls },
    ];
  });
}

/** How long creates may take before they seem to wait for a crawl. */
const patientMs = 5000;

function slowCreates(context: RuleContext): Breach[] {
  const done = acceptedCalls(context, "createWidget");
  const durations = done.map(({ t0, t1 }) => t1 - t0).sort((a, b) => a - b);
  const median = durations[Math.floor(durations.length / 2)] ?? 0;
  const waits = context.history.waits.filter(({ ended }) => ended === "active");
  const fastest = Math.min(...waits.map(({ from, to }) => to - from));
  if (median <= patientMs || median <= fastest) return [];
  return [
    { message: `Half of the creates took ${median} ms or more, as long as a crawl.`, calls: done.map(({ n }) => n) },
  ];
}
