import type { Exchange } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import {
  isUnneeded,
  membersIn,
  plainer,
  renumbered,
  until,
  widgetsOf,
  withCalls,
  withNull,
  withoutEventBodies,
  withoutEvents,
  withoutForeignItems,
  withoutMember,
  withoutMemberOf,
  withWidgets,
} from "./cuts.test-helper.ts";

/** What has to be true of the history that is left. */
export interface Wanted {
  readonly holds: (history: History) => boolean;
  /** The widgets that are likely to be enough. */
  readonly widgets: readonly string[];
  /** The members that stay in any case. */
  readonly members: ReadonlySet<string>;
}

/** A status is what a life is about, and an id tells widgets apart: without them no reader could follow. */
const readable = ["id", "status"];

/** A round that makes a history no smaller than this part of it was the last one. */
const enough = 0.95;

/** After so many tries a history is small enough: each one is judged, and one that contradicts itself takes seconds. */
const maxTries = 600;

/** Makes a history as small as it can be for something to be still true of it. */
export function shrinkHistory(recorded: History, { holds, widgets, members }: Wanted): History {
  let [history, tries] = [recorded, 0];
  /** Takes a smaller one where it will do. */
  const to = (smaller: History): boolean => {
    const isTaken = tries++ < maxTries && holds(smaller);
    if (isTaken) history = smaller;
    return isTaken;
  };
  if (widgets.length === 0 || !to(withWidgets(history, new Set(widgets)))) {
    shrinkTo(widgetsOf(history), (some) => to(withWidgets(history, new Set(some))));
  }
  to(withoutForeignItems(history));
  to(withoutEvents(history));
  to({ ...history, observations: [] });
  to({ ...history, waits: [], walks: [] });
  to(
    withCalls(
      history,
      history.exchanges.filter(({ operation }) => operation !== "listWidgets"),
    ),
  );
  to(
    withCalls(
      history,
      history.exchanges.filter(({ probe }) => probe === undefined),
    ),
  );
  to({ ...history, left: [] });
  shorten(() => history, to);
  for (let before = Number.POSITIVE_INFINITY; sizeOf(history) < enough * before; ) {
    before = sizeOf(history);
    shrinkTo(widgetsOf(history), (some) => to(withWidgets(history, new Set(some))));
    leaveOutCalls(() => history, to);
    for (const part of ["observations", "waits", "walks"] as const) {
      shrinkTo<unknown>(history[part], (some) => to({ ...history, [part]: some }));
    }
    leaveOutMembers(() => history, to, new Set([...readable, ...placesIn(history), ...members]));
  }
  to(withoutEventBodies(history));
  for (const operation of new Set(history.exchanges.map((one) => one.operation))) {
    if (operation === "getWidget") continue;
    const names = membersIn(history).filter((name) => ![...readable, ...placesIn(history)].includes(name));
    leaveOutNames(
      () => history,
      to,
      names,
      (some, name) => withoutMemberOf(some, name, operation),
    );
  }
  for (const change of plainer) {
    if (to({ ...history, exchanges: history.exchanges.map(change) })) continue;
    for (const { n } of history.exchanges) {
      to({ ...history, exchanges: history.exchanges.map((one) => (one.n === n ? change(one) : one)) });
    }
  }
  return renumbered(history);
}

type Take = (smaller: History) => boolean;

/** Ends a history as early as it can. */
function shorten(current: () => History, to: Take): void {
  const all = [...current().exchanges].sort((a, b) => a.ended - b.ended);
  let [most, least] = [all.length - 1, -1];
  while (most - least > 1) {
    const middle = Math.floor((most + least) / 2);
    if (to(until(current(), all[middle] as Exchange))) most = middle;
    else least = middle;
  }
}

/** Leaves out calls from the last to the first: what nothing follows may go. */
function leaveOutCalls(current: () => History, to: Take): void {
  for (let left = -1; left !== current().exchanges.length; ) {
    left = current().exchanges.length;
    const history = current();
    const unneeded = history.exchanges.filter((one) => isUnneeded(one, history));
    const needed = history.exchanges.filter((one) => !unneeded.includes(one));
    const inOrder = (some: readonly Exchange[]) => [...needed, ...some].sort((a, b) => a.n - b.n);
    shrinkTo(unneeded, (some) => to(withCalls(current(), inOrder(some))));
  }
}

/** Leaves members out of every body; those that a refused call sent may be why it was. */
function leaveOutMembers(current: () => History, to: Take, kept: ReadonlySet<string>): void {
  const refused = current().exchanges.filter(({ response }) => (response?.status ?? 0) >= 400);
  const stay = new Set([...kept, ...refused.flatMap(({ request }) => Object.keys(request.body ?? {}))]);
  const names = () => membersIn(current()).filter((name) => !stay.has(name));
  leaveOutNames(current, to, names(), withoutMember);
  leaveOutNames(current, to, names(), withNull);
}

/** Leaves out as many names as can be, by a way to leave out one. */
function leaveOutNames(
  current: () => History,
  to: Take,
  names: readonly string[],
  leaveOut: (history: History, name: string) => History,
): void {
  const whole = current();
  shrinkTo(names, (kept) => to(names.filter((name) => !kept.includes(name)).reduce(leaveOut, whole)));
}

/** The members by which a list is read: a page without its cursor would seem to be the last. */
function placesIn({ items = [], next }: History): string[] {
  return [...items, ...(next?.in === "body" ? next.place : [])];
}

function sizeOf(history: History): number {
  return JSON.stringify(history).length;
}

/** Finds some of many with which something is true, leaving out halves first, then ever smaller parts. */
function shrinkTo<T>(all: readonly T[], isEnough: (some: readonly T[]) => boolean): void {
  let left = all;
  for (let size = all.length; size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let end = left.length; end > 0; end -= size) {
      const some = [...left.slice(0, Math.max(0, end - size)), ...left.slice(end)];
      if (isEnough(some)) left = some;
    }
  }
}
