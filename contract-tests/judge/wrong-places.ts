import type { Exchange } from "../history/exchange.ts";
import { type CallMoment, isGet, isShown, type ShownMoment, type ViewMoment } from "../history/timeline.ts";
import { widgetIn } from "../history/views.ts";
import type { Contradiction } from "../model/follow.ts";
import { type Members, memberOf } from "../model/members.ts";
import type { Relaxation } from "../model/relaxation.ts";

/** Whether a get shows members with values that they never had, as no read of the past does. */
export function isSpoilt({ timeline, moment, wrong }: Contradiction, members: Members): boolean {
  if (moment.kind !== "shown" || moment.inList) return false;
  const names = wrong.filter((name) => members.ruleOf(name) !== undefined);
  const before = timeline.moments.slice(0, timeline.moments.indexOf(moment)).filter((one) => isShown(one));
  const isNew = (name: string) => {
    const value = members.shownIn(moment.widget).get(name) ?? null;
    return !before.some(({ widget }) => members.isSame(name, members.shownIn(widget).get(name) ?? null, value));
  };
  return names.length > 0 && names.every(isNew);
}

/** Where all that is wrong was shown: in lists alone, or in gets alone; undefined where it may be the widget itself. */
export function wrongPlaceOf(open: readonly Contradiction[]): Relaxation["isFirstOf"] {
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

/** The calls on a widget before what does not fit, its create first. */
function callsBefore({ timeline: { created, moments }, moment }: Contradiction): Exchange[] {
  const before = moments.slice(0, moments.indexOf(moment)).filter(({ kind }) => kind === "call");
  return [created, ...before.map(({ exchange }) => exchange)];
}

/**
 * Whether a member that does not fit was written before, and no get has shown it right since, with an update of others, a
 * pause or a resume after that: rules of their own say that these keep it.
 */
export function isAsWritten(name: string, one: Contradiction, members: Members): boolean {
  const calls = callsBefore(one);
  const write = calls.findLast(({ request }) => request.body?.[memberOf(name)] !== undefined);
  if (!write) return false;
  const sent = members.valuesIn(write.request.body ?? {}).get(name);
  const isRight = ({ widget }: ShownMoment) =>
    sent !== undefined && members.isSame(name, sent, members.shownIn(widget).get(name) ?? null);
  const { moments } = one.timeline;
  const before = moments.slice(0, moments.indexOf(one.moment));
  const right = before.findLast((view) => isGet(view) && view.exchange.began > write.ended && isRight(view));
  const isKeeping = ({ operation }: Exchange) => ["updateWidget", "pauseWidget", "resumeWidget"].includes(operation);
  return right === undefined || !calls.some((call) => isKeeping(call) && call.began > right.exchange.began);
}

/** Whether the answer to the last write shows the members that do not fit in the same way: then no get is behind. */
export function isShownByWrite(one: Contradiction, members: Members): boolean {
  const answer = widgetIn(callsBefore(one).at(-1)?.response?.body);
  if (one.moment.kind !== "shown" || !answer) return false;
  const [told, seen] = [members.shownIn(answer), members.shownIn(one.moment.widget)];
  // A status, which is no member here, changes with time.
  return one.wrong.every((name) => {
    const value = told.get(name);
    return value !== undefined && members.isSame(name, value, seen.get(name) ?? null);
  });
}
