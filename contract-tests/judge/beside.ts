import type { Exchange } from "../history/exchange.ts";
import { isGet, type ShownMoment } from "../history/timeline.ts";
import type { Contradiction } from "../model/follow.ts";
import { memberOf } from "../model/members.ts";
import type { Relaxation } from "../model/relaxation.ts";

/** Whether a call on another widget alone can have led to what does not fit. */
export function isBeside(
  one: Contradiction,
  { touches, showsAtItsEnd }: Relaxation,
  calls: readonly Exchange[],
): boolean {
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

/** What happened to a widget last before what does not fit. */
export function momentBefore({ timeline, moment }: Contradiction) {
  return timeline.moments[timeline.moments.indexOf(moment) - 1];
}
