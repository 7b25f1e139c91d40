import { isJsonObject } from "../../spec/merge-patch.ts";
import { type Exchange, isAboutCall, isOfValues, outcomeOf, ownCallsOf } from "../history/exchange.ts";
import { firstListed, type JudgedTimeline, type ViewMoment, viewsIn } from "../history/timeline.ts";
import { widgetIn } from "../history/views.ts";
import { fastestOf } from "../history/window.ts";
import { inAnyPhase, type ModelContext, type State } from "../model/state.ts";
import { acceptedCalls, timesAccepted, timesShown } from "./calls.ts";
import { crawlsShown } from "./crawls.ts";
import { failuresOf } from "./failures.ts";
import { shownToAll } from "./object.ts";
import type { Breach, RuleContext, RuleEntry } from "./rule-entry.ts";
import { serverErrorsOf } from "./server-errors.ts";

const ofCreates = { operation: "createWidget", evidence: timesAccepted("createWidget") } as const satisfies RuleEntry;

/** The rules about creating a widget. */
export const createRules = {
  "CREATE-1": {
    ...ofCreates,
    watched: serverErrorsOf("createWidget"),
    findings: (context) => [...noCreate(context), ...refusedNames(context), ...failuresOf("createWidget")(context)],
  },
  "CREATE-2": { ...ofCreates, ...shownToAll(otherWidgets) },
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

function refusedCreates({ history }: RuleContext): Exchange[] {
  return ownCallsOf(history.exchanges, "createWidget").filter((one) => outcomeOf(one) === "refused");
}

/** Whether a create sends what the documentation sends, and no more. */
function isBare({ request }: Exchange): boolean {
  return Object.keys(request.body ?? {}).every((name) => name === "name" || name === "site_url");
}

/**
 * No create with a name and a site alone was accepted. Who does not vouch for a site cannot know that one under .example may
 * be used (A-VAL-4), and a refusal may be about a quota, or about who asks.
 */
function noCreate(context: RuleContext): Breach[] {
  const [first] = refusedCreates(context).filter((one) => isBare(one) && isAboutCall(one.response));
  const isKnown =
    context.history.settings.sitesVouched && !acceptedCalls(context, "createWidget").some((one) => isBare(one));
  if (!first || !isKnown) return [];
  const message = `No create with name and site_url was accepted: ${first.response?.status}.`;
  return [{ message, calls: [first.n] }];
}

/** What services filter out of texts on the way in: markup and control characters. */
const filtered = /[<>\p{Cc}]/u;

/** A name is refused that the target takes by an update, and shows: it is no name that it may refuse. */
function refusedNames(context: RuleContext): Breach[] {
  const bare = refusedCreates(context).filter((one) => isBare(one) && isOfValues(one.response));
  return bare.flatMap(({ n, request, response, widget, origin }): Breach[] => {
    const { name = null } = request.body ?? {};
    if (filtered.test(String(name))) return [];
    const isOwn = (one: JudgedTimeline) => one.widget === widget && one.created.n > n;
    const shown = context.timelines
      .filter(isOwn)
      .flatMap(viewsIn)
      .find((view) => view.widget["name"] === name);
    if (!shown) return [];
    const message = `A create with the name ${JSON.stringify(name)} returned ${response?.status}, though an update takes it.`;
    return [{ message, calls: [n, shown.exchange.n], script: origin?.script ?? "" }];
  });
}

/** Answers to creates that hold no widget, or one of another name. */
function otherWidgets(context: RuleContext): Breach[] {
  return acceptedCalls(context, "createWidget").flatMap(({ n, request, response, origin }): Breach[] => {
    const widget = widgetIn(response?.body);
    const [name, sent] = [widget?.["name"], request.body?.["name"]];
    const shared = { calls: [n], script: origin?.script ?? "" };
    // An id that is a number is no matter of what the answer holds.
    if (!widget && isJsonObject(response?.body) && typeof response.body["id"] === "number") return [];
    if (!widget) return [{ message: "The response to a create has no widget with an id.", ...shared }];
    if (name === undefined || name === sent || typeof sent !== "string") return [];
    return [
      {
        message: `The response to a create has the name ${JSON.stringify(name)}, not ${JSON.stringify(sent)}.`,
        ...shared,
      },
    ];
  });
}

/** How long creates may take before they seem to wait for a crawl. */
const patientMs = 5000;

function slowCreates(context: RuleContext): Breach[] {
  const done = acceptedCalls(context, "createWidget");
  const durations = done.map(({ t0, t1 }) => t1 - t0).sort((a, b) => a - b);
  const median = durations[Math.floor(durations.length / 2)] ?? 0;
  // One that was faster than any crawl waited for none: where others are slow, it is the road, or how many there are at once.
  const [least = 0] = durations;
  if (median <= patientMs || least <= fastestOf(context.history.waits)) return [];
  return [
    { message: `Half of the creates took ${median} ms or more, as long as a crawl.`, calls: done.map(({ n }) => n) },
  ];
}
