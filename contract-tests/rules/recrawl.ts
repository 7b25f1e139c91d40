import { isJsonObject } from "../../spec/merge-patch.ts";
import { type Exchange, isDone, outcomeOf } from "../history/exchange.ts";
import { areOfOneHost, areOfOneSite } from "../history/neighbours.ts";
import type { Observation } from "../history/observation.ts";
import { oncePer } from "../history/once.ts";
import { indexAfter, lastCrawlsShown, type RecrawlRound, recrawlRounds } from "../history/recrawls.ts";
import { type JudgedTimeline, viewsIn } from "../history/timeline.ts";
import { fastestOf } from "../history/window.ts";
import type { Relaxation } from "../model/relaxation.ts";
import { anyState, inAnyPhase } from "../model/state.ts";
import { isThere } from "../model/transitions.ts";
import { timesAccepted } from "./calls.ts";
import { refusedAfterRecrawl } from "./crawl-failures.ts";
import { hidesOthersViews } from "./delete.ts";
import { failuresOf } from "./failures.ts";
import { refusing, touching } from "./hooks.ts";
import { shownToAll, widgetsInAnswers } from "./object.ts";
import type { Breach, RuleContext, RuleEntry, ShownCase } from "./rule-entry.ts";
import { serverErrorsOf } from "./server-errors.ts";
import { shownBefore } from "./visits.ts";

const ofRecrawls = { operation: "recrawlWidget", takes: ["recrawlWidget"] } as const satisfies RuleEntry;
const ofAnyRecrawl = { ...ofRecrawls, evidence: timesAccepted("recrawlWidget") } as const satisfies RuleEntry;

/** Lets a widget be in any phase while a recrawl of it may run. */
const anyPhaseMeanwhile: NonNullable<Relaxation["later"]> = (state, context) =>
  state.mayChange && isThere(state, context) ? inAnyPhase(state, context) : [];

/** The rules about crawling a site again. */
export const recrawlRules = {
  "RECRAWL-1": {
    ...ofAnyRecrawl,
    adapter: ["visibleIndex", "changeSite"],
    watched: serverErrorsOf("recrawlWidget"),
    findings: (context) => [...failuresOf("recrawlWidget")(context), ...refusedAfterRecrawl("recrawlWidget")(context)],
    // Our extension `last_crawl` tells that no crawl ran.
    shown: (context) =>
      roundsOf(context).flatMap((round) => {
        const index = indexAfter(round, context.history);
        return index === "old" && hasSameCrawl(round, context) ? [keptIndex(round)] : [];
      }),
    relaxations: [{ breadth: 17, ...refusing("RECRAWL-1") }],
  },
  "RECRAWL-2": {
    ...ofAnyRecrawl,
    ...shownToAll(draftsInAnswers),
    // A widget that is a draft by its recrawl is one after a resume as well.
    hides: ({ finding: { rule }, by }) => by === "calls" && rule === "PAUSE-2",
    relaxations: [
      {
        breadth: 40,
        onlyViews: true,
        after: ({ exchange, stuck, context }) =>
          context.life.startsCrawl(exchange.operation) ? inAnyPhase(stuck, context) : [],
        later: anyPhaseMeanwhile,
        // It is shown as a draft, and is active in all else.
        mayShow: ({ name, state, widget, context: { life } }) =>
          name === "status" && state.mayChange && state.phase === life.active && widget["status"] === life.initial,
      },
    ],
  },
  "RECRAWL-3": {
    ...ofRecrawls,
    adapter: ["visibleIndex"],
    shown: (context) =>
      roundsOf(context)
        .filter((round) => isLookedAtBefore(round, context) && !isDisturbed(round, context))
        .flatMap((round) => [...indexAtOnce(round, context), ...indexBetween(round, context)]),
  },
  "RECRAWL-4": {
    ...ofRecrawls,
    adapter: ["visibleIndex", "changeSite"],
    shown: (context) =>
      roundsOf(context).flatMap((round): ShownCase[] => {
        const index = indexAfter(round, context.history);
        if (index === "new") return [{ message: undefined, calls: [round.recrawl.n] }];
        if (index === "open") return [undecidedIndex(round)];
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
    relaxations: [
      {
        breadth: 91,
        ...touching("recrawlWidget", "anything"),
        // What a recrawl does to others it may do at its end.
        later: (state, context) => (state.isTouched && isThere(state, context) ? anyState(state, context) : []),
        showsAtItsEnd: true,
      },
    ],
    shown: indexesBeside,
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

/** The accepted recrawls of widgets that an adapter looks at, each with what was told around it. */
const roundsOf = oncePer(({ history }: RuleContext): RecrawlRound[] => {
  const names = new Set(history.observations.filter(({ when }) => when === "recrawling").map(({ widget }) => widget));
  return [...names].flatMap((name) => recrawlRounds(history, name));
});

/**
 * Whether another crawl of the same site may have ended between the looks at a recrawl: one that was asked for before, whose
 * answer was lost, or that of another widget, for widgets may share what was crawled of a site. That goes by what was
 * observed: a create that came late may still be crawled.
 */
function isDisturbed({ recrawl, told }: RecrawlRound, { timelines, history }: RuleContext): boolean {
  const [first] = told("visibleIndex", "active").slice(-1);
  const looks = (["recrawling", "meanwhile", "recrawled"] as const).flatMap((when) => told("visibleIndex", when));
  const until = Math.max(...looks.map(({ came }) => came));
  const creates = history.exchanges.filter((one) => one.operation === "createWidget" && outcomeOf(one) !== "refused");
  const others = creates.filter(
    ({ widget }) => widget !== recrawl.widget && areOfOneSite(widget, recrawl.widget, history),
  );
  const isRepeated = history.exchanges.some(
    (one) =>
      one.operation === "recrawlWidget" &&
      one.widget === recrawl.widget &&
      one.began > (first?.came ?? 0) &&
      one.began < recrawl.began &&
      outcomeOf(one) !== "refused",
  );
  if (isRepeated) return true;
  return others.some(({ widget, began }) => {
    const timeline = timelines.find((one) => one.widget === widget);
    const active = timeline && viewsIn(timeline).find((one) => one.widget["status"] === "active");
    const isCrawled = active !== undefined && active.exchange.ended < (first?.came ?? 0);
    const own = history.exchanges.filter((one) => one.widget === widget && one.operation === "recrawlWidget");
    return began < until && (!isCrawled || own.some((one) => one.began < until));
  });
}

/**
 * Whether the look before a recrawl shows the index that visitors get until it ends. A pause hides it, and a resume may take
 * effect later; and an earlier recrawl, which may wait its turn, may end after that look.
 */
function isLookedAtBefore(round: RecrawlRound, context: RuleContext): boolean {
  const { history } = context;
  const { readLagMs, crawlTimeoutMs } = history.settings;
  const before = round.told("visibleIndex", "active").at(-1);
  if (before?.result === undefined || isPausedBy(before, context)) return false;
  const earlier = history.exchanges.filter(
    (one) => one.widget === before.widget && one.began < before.came && outcomeOf(one) !== "refused",
  );
  const isPause = ({ operation }: Exchange) => operation === "pauseWidget" || operation === "resumeWidget";
  if (earlier.some((one) => isPause(one) && one.t1 > before.t0 - readLagMs)) return false;
  const looks = history.observations.filter(
    ({ widget, member, result }) => widget === before.widget && member === "visibleIndex" && result !== undefined,
  );
  const rounds = roundsOf(context);
  return earlier
    .filter(({ operation }) => operation === "recrawlWidget")
    .reduce((isQuiet, recrawl) => {
      if (before.t0 - recrawl.t1 >= crawlTimeoutMs) return true;
      const end = rounds.find((one) => one.recrawl === recrawl)?.end;
      const isEnded = end !== undefined && !end.hasFailed && end.came < before.came && end.t <= before.t0 - readLagMs;
      const old = looks.findLast(({ came }) => came < recrawl.began)?.result;
      const isNew = ({ came, t0, result }: Observation) =>
        came > recrawl.ended && came <= before.came && t0 <= before.t0 - readLagMs && result === before.result;
      return isQuiet && (isEnded || (old !== undefined && old !== before.result && looks.some(isNew)));
    }, true);
}

/** Whether a widget was paused when an adapter looked at it, as a get showed it last before. */
function isPausedBy(look: Observation, context: RuleContext): boolean {
  return shownBefore(look, context)?.["status"] === context.model.life.paused;
}

/**
 * How long a widget's own first crawl took at least, in milliseconds: until the last view that shows it a draft. When it was seen
 * active says no more than how long it took at most.
 */
function leastCrawlOf(widget: string | undefined, { timelines, model }: RuleContext): number {
  const timeline = timelines.find((one) => one.widget === widget);
  const views = timeline ? viewsIn(timeline) : [];
  const active = views.findIndex((one) => one.widget["status"] === model.life.active);
  const draft = views.slice(0, Math.max(0, active)).findLast((one) => one.widget["status"] === model.life.initial);
  return draft && timeline ? draft.exchange.t0 - timeline.created.t1 - model.readLagMs : 0;
}

/** Soon after the request visitors get the old index. */
function indexAtOnce({ recrawl, told, end }: RecrawlRound, context: RuleContext): ShownCase[] {
  const [before, soon] = [told("visibleIndex", "active").at(-1), told("visibleIndex", "recrawling").at(-1)];
  if (soon && end && end.came < soon.came) return [];
  // In half the time of the fastest crawl that was seen, and of that of the same site, none can have ended.
  const fastestMs = Math.min(fastestOf(context.history.waits), leastCrawlOf(recrawl.widget, context));
  const isSoon = soon !== undefined && soon.t1 - recrawl.t0 < fastestMs / 2;
  if (before?.result === undefined || soon?.result === undefined || !isSoon) return [];
  const message = "Visitors got another index at once, before a crawl can have ended.";
  return [{ message: before.result === soon.result ? undefined : message, calls: [recrawl.n] }];
}

/**
 * Until the new index is there visitors get the old one, and nothing between them. The new one is the one that stays: the
 * first that is another one may be what they should never have got.
 */
function indexBetween({ recrawl, told }: RecrawlRound, context: RuleContext): ShownCase[] {
  const { readLagMs } = context.history.settings;
  const isToVisitors = (one: Observation) => one.result !== undefined && !isPausedBy(one, context);
  const before = told("visibleIndex", "active").at(-1);
  const stays = told("visibleIndex", "recrawled").filter(isToVisitors).at(-1);
  const between = (["recrawling", "meanwhile"] as const)
    .flatMap((when) => told("visibleIndex", when))
    .filter(isToVisitors);
  if (!before || !stays || between.length === 0) return [];
  const others = between.filter(({ result }) => result !== before.result && result !== stays.result);
  // A read that lags may show what was before, also when it is the last one.
  const sure = others.filter((one) => one.t0 - before.t1 >= readLagMs && stays.t0 - one.t1 >= readLagMs);
  if (others.length > 0 && sure.length === 0) return [];
  const message = "During the recrawl, visitors got an index that is neither the old nor the new one.";
  return [{ message: sure.length > 0 ? message : undefined, calls: [recrawl.n] }];
}

/** The old index, where nothing tells that the crawl has ended. */
function undecidedIndex({ recrawl, told }: RecrawlRound): ShownCase {
  const waitedMs = (told("visibleIndex", "recrawled").at(-1)?.t0 ?? recrawl.t1) - recrawl.t1;
  const undecided = {
    reason: `visitors still got the old index ${Math.round(waitedMs / 1000)} s after the recrawl, and nothing tells whether it had ended`,
    option: "--crawl-timeout <time>",
  };
  return { message: undefined, undecided, calls: [recrawl.n] };
}

function keptIndex({ recrawl }: RecrawlRound): ShownCase {
  return { message: "The site changed, but visitors still get the index from before the recrawl.", calls: [recrawl.n] };
}

/**
 * The index that visitors of a widget get to which nothing is done, before and after others were recrawled. None of its host
 * may be crawled meanwhile: one that came late may still have been.
 */
function indexesBeside({ history, timelines, model }: RuleContext): ShownCase[] {
  const all = history.observations.filter(({ member, result }) => member === "visibleIndex" && result !== undefined);
  return [...new Set(all.map(({ widget }) => widget))].flatMap((widget): ShownCase[] => {
    const looks = all.filter((one) => one.widget === widget);
    const [first, again] = looks.filter(({ when }) => when === "active");
    const late = looks.findLast(({ when }) => when === "meanwhile");
    // One that changes by itself tells nothing.
    if (!first || !again || !late || first.result !== again.result || again.came > late.came) return [];
    const isOfHost = (other: string | undefined) => areOfOneHost(other, widget, history);
    const isCrawled = (one: Exchange) =>
      isOfHost(one.widget) && one.operation === "recrawlWidget" && one.began < late.came;
    const isNew = (one: JudgedTimeline) =>
      isOfHost(one.widget) && one.created.began < late.came && !isShownBefore(one, model.life.active, first);
    const isChanged = history.observations.some((one) => one.member === "changeSite" && isOfHost(one.widget));
    const recrawls = history.exchanges.filter(
      (one) => isDone(one, "recrawlWidget") && one.began < late.came && !isOfHost(one.widget),
    );
    // What visitors' widgets do is done again with it.
    const recrawl = recrawls.find(({ origin }) => origin?.lane === "visitor") ?? recrawls[0];
    if (!recrawl || isChanged || history.exchanges.some(isCrawled) || timelines.some(isNew)) return [];
    const message = "Visitors of a widget get another index since one for another site was recrawled.";
    const own = history.exchanges.filter((one) => one.widget === widget && isDone(one, "createWidget"));
    const calls = [...own.map(({ n }) => n), recrawl.n];
    return [{ message: late.result === first.result ? undefined : message, calls }];
  });
}

/** Whether a widget was shown with a status before a look. */
function isShownBefore(timeline: JudgedTimeline, status: string, { came }: Observation): boolean {
  return viewsIn(timeline).some(({ widget, exchange }) => widget["status"] === status && exchange.ended < came);
}

/** Whether the widget still tells of the same crawl long after it was recrawled. */
function hasSameCrawl({ recrawl }: RecrawlRound, { history }: RuleContext): boolean {
  const views = lastCrawlsShown(history.exchanges, recrawl.widget);
  const before = views.findLast(({ came }) => came < recrawl.began);
  const after = views.filter(({ began }) => began > recrawl.ended).at(-1);
  return before !== undefined && JSON.stringify(before.crawl) === JSON.stringify(after?.crawl);
}

function conversationsMeanwhile({ recrawl, told }: RecrawlRound, context: RuleContext): ShownCase[] {
  const [before, during] = [told("startConversation", "active").at(-1), told("startConversation", "recrawling").at(-1)];
  const isActive = during && shownBefore(during, context)?.["status"] === context.model.life.active;
  if (!hasStarted(before) || during?.result === undefined || !isActive) return [];
  const message = "No conversation started during the recrawl.";
  return [{ message: hasStarted(during) ? undefined : message, calls: [recrawl.n] }];
}

function hasStarted(observation: Observation | undefined): boolean {
  return isJsonObject(observation?.result) && observation.result["started"] === true;
}
