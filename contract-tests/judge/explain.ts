import type { RuleId } from "../../spec/generated/rules.ts";
import type { Exchange } from "../history/exchange.ts";
import type { CallMoment, JudgedTimeline, ShownMoment, ViewMoment } from "../history/timeline.ts";
import { type Contradiction, follow } from "../model/follow.ts";
import { memberOf } from "../model/members.ts";
import { type Relaxation, Relaxed } from "../model/relaxation.ts";
import { type RuleRelaxation, ruleRelaxations } from "../rules/index.ts";
import type { RuleContext } from "../rules/rule-entry.ts";

/** A rule whose breach explains what was observed, and what that was. */
export interface Explanation {
  readonly relaxation: RuleRelaxation;
  readonly contradictions: readonly Contradiction[];
}

/** What is broken, and what nothing explains. */
export interface Explained {
  readonly explanations: readonly Explanation[];
  readonly unexplained: readonly Contradiction[];
}

/**
 * Names the rules that are broken: the fewest whose relaxation explains every widget's timeline, and of two that explain
 * the same the narrower. What no relaxation explains is left.
 * @param named rules that were found broken before: what they explain is told under them first
 * @param allowed what may happen besides, such as what somebody else does whom nobody watches
 */
export function explain(
  { timelines, calls, model }: RuleContext,
  named: readonly RuleId[],
  allowed: readonly Relaxation[] = [],
): Explained {
  const total = { left: maxWork };
  const openAmong = (some: readonly JudgedTimeline[], relaxed: Relaxed) =>
    some
      .map((timeline) => follow({ timeline, calls, context: model }, relaxed, total))
      .filter((one) => one !== undefined);
  const explanations: Explanation[] = [];
  const taken: RuleRelaxation[] = [];
  let open = openAmong(timelines, new Relaxed(allowed));
  /** Relaxes a rule for good, and tells what that explains. */
  const take = (relaxation: RuleRelaxation): void => {
    taken.push(relaxation);
    const left = new Set(timelinesOf(openAmong(timelinesOf(open), new Relaxed([...allowed, ...taken]))));
    const contradictions = open.filter(({ timeline }) => !left.has(timeline));
    if (contradictions.length > 0) explanations.push({ relaxation, contradictions });
    open = open.filter(({ timeline }) => left.has(timeline));
  };
  /** How many a relaxation explains: one that cannot explain more than another does is looked at no further. */
  const explainedBy = (relaxation: RuleRelaxation, all: readonly Contradiction[], most = 0): number => {
    const some = all.filter((one) => mayBeBy(relaxation, one));
    const relaxed = new Relaxed([...allowed, ...taken, relaxation]);
    // One that leads to very many states must not use up what the others need.
    const work = { left: Math.min(maxWorkOfOne, total.left) };
    const before = work.left;
    let explained = some.length;
    for (const { timeline } of some) {
      if (explained <= most) break;
      if (follow({ timeline, calls, context: model }, relaxed, work)) explained--;
    }
    total.left -= before - work.left;
    return explained;
  };

  /** Relaxes rules about members for good that explain together as much as a rule about all reads does. */
  const takeTogether = (next: RuleRelaxation | undefined): boolean => {
    if ((next?.breadth ?? ofReads) < ofReads) return false;
    const leftOf = (some: readonly Contradiction[], all: readonly RuleRelaxation[]) =>
      openAmong(timelinesOf(some), new Relaxed([...allowed, ...taken, ...all]));
    const together = explainedTogether(open, model, leftOf);
    const shown = new Set(together.flatMap(({ contradictions }) => timelinesOf(contradictions)));
    if (together.length === 0 || shown.size < (next ? explainedBy(next, open) : 0)) return false;
    explanations.push(...together);
    taken.push(...together.map(({ relaxation }) => relaxation));
    open = leftOf(open, []);
    return true;
  };

  const explainedBeside = (one: RuleRelaxation, most = 0) => explainedBy(one, besideOnly(open, one, calls), most);

  // What a call on another widget does alone it does in the noise as well, which a rule about the own calls would explain too.
  for (const one of inQuiet.filter(({ rule }) => named.includes(rule))) if (explainedBeside(one) > 0) take(one);
  // What explains no timeline to its end would only lead to another name.
  for (const one of suspectsAmong(named)) if (explainedBy(one, open) > 0) take(one);
  for (;;) {
    const alone = mostExplaining(inQuiet, explainedBeside);
    const place = placeOf(open);
    const among = place ? firstOf[place] : suspects;
    const next = alone ?? mostExplaining(among, (one, most) => explainedBy(one, open, most));
    if (!alone && takeTogether(next)) continue;
    if (!next) return { explanations, unexplained: open };
    take(next);
  }
}

function timelinesOf(some: readonly Contradiction[]): JudgedTimeline[] {
  return some.map(({ timeline }) => timeline);
}

/** From this breadth on a relaxation is about what all reads show, or about more. */
const ofReads = 70;

/**
 * The fewest rules about members that explain together what none explains alone: a service that spoils a value does so in each
 * member that has such values.
 * @param leftOf what of some contradictions is left with several rules relaxed
 */
function explainedTogether(
  open: readonly Contradiction[],
  { members }: RuleContext["model"],
  leftOf: (some: readonly Contradiction[], all: readonly RuleRelaxation[]) => readonly Contradiction[],
): Explanation[] {
  const spoilt = open.filter((one) => isSpoilt(one, members));
  const stays = new Set(timelinesOf(leftOf(spoilt, ofMembers)));
  const explained = spoilt.filter(({ timeline }) => !stays.has(timeline));
  const needed = ofMembers.reduce<readonly RuleRelaxation[]>((some, one) => {
    const fewer = some.filter((other) => other !== one);
    return leftOf(explained, fewer).length === 0 ? fewer : some;
  }, ofMembers);
  return needed.map((relaxation): Explanation => {
    const isOwn = (name: string) => members.ruleOf(name) === relaxation.rule;
    const others = needed.filter((one) => one !== relaxation);
    const own = leftOf(explained, others).map((one) => ({ ...one, wrong: one.wrong.filter(isOwn) }));
    return { relaxation, contradictions: own.filter(({ wrong }) => wrong.length > 0) };
  });
}

/**
 * So many states are looked at in search of names, which takes seconds; then what is still open is told without one. Histories
 * of one server took up to 3,500 where it was honest, and up to 40,000 with one bug; one whose updates reach other widgets
 * took more than could be waited for.
 */
const maxWork = 1_000_000;
/** So many of them for one relaxation. */
const maxWorkOfOne = 300_000;

const suspects = ruleRelaxations.filter(({ needsQuiet }) => !needsQuiet);
const ofMembers = suspects.filter((one) => one.ofMembers);
const inQuiet = ruleRelaxations.filter(({ needsQuiet }) => needsQuiet);
const firstOf = { lists: startingWith("lists"), gets: startingWith("gets") } as const;

function startingWith(place: "lists" | "gets"): RuleRelaxation[] {
  return [...suspects.filter(({ isFirstOf }) => isFirstOf === place), ...suspects];
}

function suspectsAmong(named: readonly RuleId[]): RuleRelaxation[] {
  return [...suspects, ...inQuiet].filter(({ rule }) => named.includes(rule));
}

/** Whether a get shows members with values that they never had, as no read of the past does. */
function isSpoilt({ timeline, moment, wrong }: Contradiction, members: RuleContext["model"]["members"]): boolean {
  if (moment.kind !== "shown" || moment.inList) return false;
  const names = wrong.filter((name) => members.ruleOf(name) !== undefined);
  const before = timeline.moments.slice(0, timeline.moments.indexOf(moment)).filter((one) => one.kind === "shown");
  const isNew = (name: string) => {
    const value = members.shownIn(moment.widget).get(name) ?? null;
    return !before.some(({ widget }) => members.isSame(name, members.shownIn(widget).get(name) ?? null, value));
  };
  return names.length > 0 && names.every(isNew);
}

/** Where all that is wrong was shown: in lists alone, or in gets alone; undefined where it may be the widget itself. */
function placeOf(open: readonly Contradiction[]): RuleRelaxation["isFirstOf"] {
  if (open.length === 0) return undefined;
  const areLists = open.every(
    ({ moment, wrong }) => moment.kind !== "call" && moment.inList && !wrong.includes("shown"),
  );
  if (areLists) return open.every(isChangeInLists) ? undefined : "lists";
  return open.every(isUnchangedInGets) ? "gets" : undefined;
}

/** Whether a get shows the status that the get before it did, though since then nothing but a list was shown another one. */
function isUnchangedInGets({ timeline: { moments }, moment, wrong }: Contradiction): boolean {
  if (!isGet(moment) || wrong.join() !== "status") return false;
  const place = moments.indexOf(moment);
  const before = moments.findLastIndex((one, index) => index < place && isGet(one));
  const between = moments.slice(before + 1, place);
  const areLists = between.every((one) => isListed(one)) && between.some((one) => !hasStatusOf(moment, one));
  return areLists && hasStatusOf(moment, moments[before]);
}

/**
 * Whether a list shows another status than the list before it did, and no get was shown otherwise from the one until a list
 * shows another again: it may be the widget that changed.
 */
function isChangeInLists({ timeline: { moments }, moment, wrong }: Contradiction): boolean {
  if (moment.kind !== "shown" || wrong.join() !== "status") return false;
  const place = moments.indexOf(moment);
  const before = moments.findLastIndex((one, index) => index < place && isListed(one));
  if (before === -1 || hasStatusOf(moment, moments[before])) return false;
  const after = moments.findIndex((one, index) => index > place && isListed(one) && !hasStatusOf(moment, one));
  const between = moments.slice(before + 1, after === -1 ? moments.length : after);
  return !between.some((one) => isGet(one) && !hasStatusOf(moment, one));
}

function isListed(moment: CallMoment | ViewMoment): moment is ShownMoment {
  return moment.kind === "shown" && moment.inList;
}

function hasStatusOf({ widget }: ShownMoment, other: CallMoment | ViewMoment | undefined): boolean {
  return other?.kind === "shown" && other.widget["status"] === widget["status"];
}

/** What a call on another widget alone can have led to. */
function besideOnly(
  open: readonly Contradiction[],
  relaxation: RuleRelaxation,
  calls: readonly Exchange[],
): Contradiction[] {
  return open.filter((one) => isBeside(one, relaxation, calls));
}

/** Whether a call on another widget alone can have led to what does not fit. */
function isBeside(one: Contradiction, { touches, showsAtItsEnd }: RuleRelaxation, calls: readonly Exchange[]): boolean {
  const isQuiet = besideCall(one, calls)?.operation === touches;
  return isQuiet || (showsAtItsEnd === true && isLateEffect(one, touches, calls));
}

/**
 * Whether a widget that was left alone has changed for good since an operation on another one. Whatever else is done to
 * another widget has its effect at once, which the quiet lane shows: what is late comes of the crawl that it began.
 */
function isLateEffect(
  { timeline, moment, wrong, states }: Contradiction,
  touches: string | undefined,
  calls: readonly Exchange[],
): boolean {
  if (moment.kind !== "shown" || wrong.includes("status") || states.some(({ mayChange }) => mayChange)) return false;
  const { moments } = timeline;
  const place = moments.indexOf(moment);
  const lastCall = moments.slice(0, place).findLast(({ kind }) => kind === "call");
  const call = calls.findLast(
    ({ operation, widget, ended }) =>
      operation === touches && widget !== timeline.widget && ended < moment.exchange.began,
  );
  if (!call || call.began < (lastCall ?? { exchange: timeline.created }).exchange.ended) return false;
  const nextCall = moments.findIndex(({ kind }, index) => index > place && kind === "call");
  const later = moments.slice(place + 1, nextCall === -1 ? moments.length : nextCall).filter((one) => isGet(one));
  const seen = (view: ShownMoment) => JSON.stringify(wrong.map((name) => view.widget[memberOf(name)]));
  return later.length > 0 && later.every((view) => seen(view) === seen(moment));
}

function isGet(moment: CallMoment | ViewMoment): moment is ShownMoment {
  return moment.kind === "shown" && !moment.inList;
}

/**
 * The call of the quiet lane on another widget that alone can have led to what does not fit: it was seen just after that,
 * or it is about members that nobody has written. A status that goes over later may have done so by itself.
 */
function besideCall(one: Contradiction, calls: readonly Exchange[]): Exchange | undefined {
  const { timeline, moment, wrong, states } = one;
  if (moment.kind === "call") return undefined;
  const { ended } = moment.exchange;
  const call = calls.filter(({ began }) => began < ended).sort((a, b) => b.began - a.began)[0];
  if (!call || call.widget === timeline.widget || call.origin?.lane !== "quiet") return undefined;
  const before = momentBefore(one);
  const since = before?.exchange.ended ?? timeline.created.ended;
  const isAtOnce = before?.kind === "call" || calls.some((other) => other.ended > since && other.ended < ended);
  const isNobodys = (name: string) => states.every(({ values, written }) => values.has(name) && !written.has(name));
  return isAtOnce || (moment.kind === "shown" && wrong.some(isNobodys)) ? call : undefined;
}

/** Whether what does not fit may be what a relaxation is about. */
function mayBeBy({ onlyViews, needsNoOwnCall }: RuleRelaxation, one: Contradiction): boolean {
  if (one.moment.kind === "call") return !onlyViews;
  return !needsNoOwnCall || momentBefore(one)?.kind !== "call";
}

function momentBefore({ timeline, moment }: Contradiction) {
  return timeline.moments[timeline.moments.indexOf(moment) - 1];
}

/** The one that explains the most; the first of those that explain as much; undefined where none explains anything. */
function mostExplaining(
  relaxations: readonly RuleRelaxation[],
  count: (relaxation: RuleRelaxation, most: number) => number,
): RuleRelaxation | undefined {
  let most: { readonly relaxation: RuleRelaxation; readonly count: number } | undefined;
  for (const relaxation of relaxations) {
    const explained = count(relaxation, most?.count ?? 0);
    if (explained > (most?.count ?? 0)) most = { relaxation, count: explained };
  }
  return most?.relaxation;
}
