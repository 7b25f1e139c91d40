import { isJsonObject } from "../../spec/merge-patch.ts";
import type { Adapter } from "../adapter.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import type { Observation, ObservedWhen } from "../history/observation.ts";
import { oncePer } from "../history/once.ts";
import { viewsIn } from "../history/timeline.ts";
import { widgetIn } from "../history/views.ts";
import { longestOf, windowMs } from "../history/window.ts";
import type { Relaxation } from "../model/relaxation.ts";
import { inAnyPhase } from "../model/state.ts";
import { isThere } from "../model/transitions.ts";
import { timesAccepted } from "./calls.ts";
import { hidesOthersViews } from "./delete.ts";
import { failuresOf } from "./failures.ts";
import { refusing, touching } from "./hooks.ts";
import { widgetsInAnswers } from "./object.ts";
import type { Breach, RuleContext, RuleEntry, ShownCase } from "./rule-entry.ts";
import { shownBefore } from "./visits.ts";

const ofRecrawls = { operation: "recrawlWidget", takes: ["recrawlWidget"] } as const satisfies RuleEntry;
const ofAnyRecrawl = { ...ofRecrawls, evidence: timesAccepted("recrawlWidget") } as const satisfies RuleEntry;

/** Lets a widget be in any phase while a recrawl may run. */
const anyPhaseMeanwhile: NonNullable<Relaxation["later"]> = (state, context) =>
  state.mayChange && isThere(state, context) ? inAnyPhase(state, context) : [];

/** The rules about crawling a site again. */
export const recrawlRules = {
  "RECRAWL-1": {
    ...ofAnyRecrawl,
    adapter: ["visibleIndex", "changeSite"],
    findings: failuresOf("recrawlWidget"),
    // Our extension `last_crawl` tells that no crawl ran.
    shown: (context) =>
      roundsOf(context).flatMap((round) => {
        const index = indexAfterwards(round, context);
        return index === "old" && hasSameCrawl(round, context) ? [keptIndex(round)] : [];
      }),
    relaxations: [{ breadth: 17, ...refusing("RECRAWL-1") }],
  },
  "RECRAWL-2": {
    ...ofAnyRecrawl,
    findings: draftsInAnswers,
    relaxations: [
      {
        breadth: 40,
        onlyViews: true,
        after: ({ exchange, stuck, context }) =>
          context.life.startsCrawl(exchange.operation) ? inAnyPhase(stuck, context) : [],
        later: anyPhaseMeanwhile,
      },
    ],
  },
  "RECRAWL-3": {
    ...ofRecrawls,
    adapter: ["visibleIndex"],
    shown: (context) => roundsOf(context).flatMap((round) => [...indexAtOnce(round, context), ...indexBetween(round)]),
  },
  "RECRAWL-4": {
    ...ofRecrawls,
    adapter: ["visibleIndex", "changeSite"],
    shown: (context) =>
      roundsOf(context).flatMap((round): ShownCase[] => {
        const index = indexAfterwards(round, context);
        if (index === "new") return [{ message: undefined, calls: [round.recrawl.n] }];
        return index === "old" && !hasSameCrawl(round, context) ? [keptIndex(round)] : [];
      }),
  },
  "RECRAWL-5": {
    ...ofRecrawls,
    adapter: ["startConversation"],
    shown: (context) => roundsOf(context).flatMap((round) => conversationsMeanwhile(round, context)),
  },
  "RECRAWL-6": ofRecrawls,
  "RECRAWL-7": {
    ...ofAnyRecrawl,
    relaxations: [{ breadth: 91, ...touching("recrawlWidget", true), later: anyPhaseMeanwhile }],
    hides: hidesOthersViews,
  },
} satisfies { readonly [rule: string]: RuleEntry };

/** Answers to recrawls that show a draft, where the widget was active when it was last shown before. */
function draftsInAnswers(context: RuleContext): Breach[] {
  const { life } = context.model;
  return widgetsInAnswers(context)
    .filter(({ exchange, shown }) => exchange.operation === "recrawlWidget" && shown["status"] === life.initial)
    .filter(({ exchange: { widget, n } }) => {
      const timeline = context.timelines.find((one) => one.widget === widget);
      const last = timeline && viewsIn(timeline).findLast(({ exchange }) => exchange.n < n);
      return last?.widget["status"] === life.active;
    })
    .map(({ exchange: { n } }) => ({ message: "The response to the recrawl shows a draft.", calls: [n] }));
}

/** A recrawl that an adapter was asked about before, during and after it. */
interface Round {
  readonly recrawl: Exchange;
  readonly told: (member: keyof Adapter, when: ObservedWhen) => readonly Observation[];
}

/** The accepted recrawls, each with what was told around it. */
const roundsOf = oncePer(({ history: { exchanges, observations } }: RuleContext): Round[] => {
  const names = new Set(observations.filter(({ when }) => when === "recrawling").map(({ widget }) => widget));
  return [...names].flatMap((name) => {
    const rounds: Observation[][] = [];
    let last: ObservedWhen | undefined;
    for (const one of observations.filter(
      ({ widget, when }) => widget === name && when !== "arrived" && when !== "settled",
    )) {
      if (one.when === "active" && last !== "active") rounds.push([]);
      rounds.at(-1)?.push(one);
      last = one.when;
    }
    const recrawls = exchanges.filter(({ operation, widget }) => operation === "recrawlWidget" && widget === name);
    return recrawls.flatMap((recrawl, n): Round[] => {
      const round = rounds[n] ?? [];
      const told: Round["told"] = (member, when) => round.filter((one) => one.member === member && one.when === when);
      return outcomeOf(recrawl) === "done" ? [{ recrawl, told }] : [];
    });
  });
});

/** Soon after the request visitors get the old index. */
function indexAtOnce({ recrawl, told }: Round, { history }: RuleContext): ShownCase[] {
  const [before, soon] = [told("visibleIndex", "active").at(-1), told("visibleIndex", "recrawling").at(-1)];
  const waits = history.waits.filter(({ ended }) => ended === "active");
  const fastest = Math.min(...waits.map(({ from, to }) => to - from));
  // In half the time of the fastest crawl that was seen none can have ended.
  const isSoon = soon !== undefined && soon.t1 - recrawl.t0 < fastest / 2;
  if (before?.result === undefined || soon?.result === undefined || !isSoon) return [];
  const message = "Visitors got another index at once, before a crawl can have ended.";
  return [{ message: before.result === soon.result ? undefined : message, calls: [recrawl.n] }];
}

/** Until the new index is there visitors get the old one, and nothing between them. */
function indexBetween({ recrawl, told }: Round): ShownCase[] {
  const known = [...told("visibleIndex", "active"), ...told("visibleIndex", "recrawled").slice(-1)].map(
    ({ result }) => result,
  );
  const between = told("visibleIndex", "meanwhile").filter(({ result }) => result !== undefined);
  if (known.length < 2 || known.includes(undefined) || between.length === 0) return [];
  const message = "During the recrawl, visitors got an index that is neither the old nor the new one.";
  const isOther = between.some(({ result }) => !known.includes(result));
  return [{ message: isOther ? message : undefined, calls: [recrawl.n] }];
}

/** How much longer than a first crawl a recrawl was seen to take. */
const slower = 1.15;

/** The index that visitors get long after a recrawl of a site that changed; undefined where that is not known. */
function indexAfterwards({ recrawl, told }: Round, { history }: RuleContext): "old" | "new" | undefined {
  const [before, late] = [told("visibleIndex", "active").at(-1), told("visibleIndex", "recrawled").at(-1)];
  const longest = longestOf(history.waits);
  const isLate = late !== undefined && late.t0 - recrawl.t1 >= Math.max(windowMs(longest), slower * longest);
  const hasChanged = told("changeSite", "active").at(-1)?.result !== undefined;
  if (!hasChanged || before?.result === undefined || late?.result === undefined || !isLate) return undefined;
  return before.result === late.result ? "old" : "new";
}

function keptIndex({ recrawl }: Round): ShownCase {
  return { message: "The site changed, but visitors still get the index from before the recrawl.", calls: [recrawl.n] };
}

/** Whether the widget still tells of the same crawl long after it was recrawled. */
function hasSameCrawl({ recrawl }: Round, { history }: RuleContext): boolean {
  const views = history.exchanges
    .filter(({ operation, widget }) => operation === "getWidget" && widget === recrawl.widget)
    .map(({ began, response }) => ({ began, crawl: widgetIn(response?.body)?.["last_crawl"] }))
    .filter(({ crawl }) => crawl !== undefined);
  const before = views.findLast(({ began }) => began < recrawl.began)?.crawl;
  const after = views.filter(({ began }) => began > recrawl.ended).at(-1)?.crawl;
  return before !== undefined && JSON.stringify(before) === JSON.stringify(after);
}

function conversationsMeanwhile({ recrawl, told }: Round, context: RuleContext): ShownCase[] {
  const [before, during] = [told("startConversation", "active").at(-1), told("startConversation", "recrawling").at(-1)];
  const isActive = during && shownBefore(during, context)?.["status"] === context.model.life.active;
  if (!hasStarted(before) || during?.result === undefined || !isActive) return [];
  const message = "No conversation started during the recrawl.";
  return [{ message: hasStarted(during) ? undefined : message, calls: [recrawl.n] }];
}

function hasStarted(observation: Observation | undefined): boolean {
  return isJsonObject(observation?.result) && observation.result["started"] === true;
}
