import { type Exchange, outcomeOf } from "../history/exchange.ts";
import type { HistorySettings } from "../history/history.ts";
import {
  type CallMoment,
  firstListed,
  type JudgedTimeline,
  placeOf,
  type ShownMoment,
  type ViewMoment,
} from "../history/timeline.ts";
import { ruleOfMember } from "./members.ts";
import { beside, touchesNeighbours } from "./neighbours.ts";
import type { Relaxed } from "./relaxed.ts";
import { keyOf, type Lens, learned, misfits, type State } from "./state.ts";
import { after, later } from "./transitions.ts";
import { valuesIn } from "./values.ts";

/** A widget that may be in more states than this is followed no further. */
const mostStates = 1000;

/** What was seen of a widget that fits no state it may have been in. */
export interface Contradiction {
  readonly timeline: JudgedTimeline;
  /** Where the story cannot go on. */
  readonly moment: CallMoment | ViewMoment;
  /** What does not fit, by the members' names: those of the state that comes nearest. */
  readonly wrong: readonly string[];
  /** The states that it may have been in. */
  readonly states: readonly State[];
}

/** States that a widget may have been in, until a moment and a time. */
interface Past {
  readonly states: readonly State[];
  readonly until: number;
  readonly untilMs: number;
}

/**
 * Follows a widget through all that was seen of it, keeping every state that it may be in.
 * @returns where that leads nowhere; undefined where all fits
 */
export function follow(
  followed: Followed,
  relaxed: Relaxed,
  work: Work = { left: Number.POSITIVE_INFINITY },
): Contradiction | undefined {
  return new Follower(followed, relaxed).run(work);
}

/** A widget to follow. */
export interface Followed {
  readonly timeline: JudgedTimeline;
  /** The calls of the run that may have changed a widget. */
  readonly calls: readonly Exchange[];
  readonly lens: Lens;
  readonly settings: HistorySettings;
}

/** The calls on other widgets since a widget was created. */
export function besideOf(calls: readonly Exchange[], { widget, created }: JudgedTimeline): Exchange[] {
  return calls.filter((call) => call.widget !== widget && call.ended > created.ended);
}

/** How many states may still be looked at; what is left goes down. */
export interface Work {
  left: number;
}

class Follower {
  readonly #timeline: JudgedTimeline;
  readonly #lens: Lens;
  readonly #readLagMs: number;
  readonly #relaxed: Relaxed;
  readonly #moments: JudgedTimeline["moments"];
  #states: readonly State[] = [];
  readonly #past: Past[] = [];
  /** The call before, and the states before it. */
  #last: { readonly moment: CallMoment; readonly before: readonly State[] } | undefined;
  /** Calls whose answers never came may have their effect at any time. */
  readonly #open: CallMoment[] = [];

  constructor({ timeline, calls, lens, settings: { readLagMs } }: Followed, relaxed: Relaxed) {
    this.#timeline = timeline;
    this.#lens = lens;
    this.#readLagMs = readLagMs;
    this.#relaxed = relaxed;
    this.#moments = touchesNeighbours(relaxed) ? withCallsBeside(timeline, calls) : timeline.moments;
  }

  run(work: Work): Contradiction | undefined {
    const { created } = this.#timeline;
    const first = firstState(this.#timeline, this.#lens);
    this.#states = after(first, created, this.#lens, this.#relaxed);
    if (this.#states.length === 0) {
      const moment: CallMoment | ViewMoment = { kind: "call", exchange: created, isRaced: false };
      return { timeline: this.#timeline, moment, wrong: ["status"], states: [first] };
    }
    for (const moment of this.#moments) {
      this.#states = this.#with(settle(this.#states, this.#lens, this.#relaxed), this.#open);
      work.left -= this.#states.length;
      if (this.#states.length > mostStates || work.left < 0) return this.#lost(moment);
      const contradiction = moment.kind === "call" ? this.#call(moment) : this.#read(moment);
      if (contradiction) return contradiction;
    }
    return undefined;
  }

  /** Where a story has too many ends: nothing is said against the widget then, and nothing is explained by it. */
  #lost(moment: CallMoment | ViewMoment): Contradiction | undefined {
    if (this.#relaxed.size === 0) return undefined;
    return { timeline: this.#timeline, moment, wrong: [], states: this.#states };
  }

  /** Whether a call is about this widget. */
  #isOwn({ exchange }: CallMoment): boolean {
    return exchange.widget === this.#timeline.widget;
  }

  #call(moment: CallMoment): Contradiction | undefined {
    const { exchange } = moment;
    const before = this.#states;
    const inOrder = before.flatMap((state) => this.#after(state, moment));
    const next = distinct([...inOrder, ...this.#otherWay(moment)]);
    if (this.#isOwn(moment)) this.#last = { moment, before };
    if (next.length === 0) return { timeline: this.#timeline, moment, wrong: ["answer"], states: before };
    if (keysOf(next) !== keysOf(before)) {
      this.#past.push({ states: before, until: exchange.ended, untilMs: exchange.t1 });
    }
    if (outcomeOf(exchange) === "unknown") this.#open.push(moment);
    this.#states = next;
    return undefined;
  }

  #read(moment: ViewMoment): Contradiction | undefined {
    const { exchange } = moment;
    const began = moment.kind === "missing" ? moment.began : exchange.began;
    const old = this.#past.filter(({ until, untilMs }) => until > began || untilMs > exchange.t0 - this.#readLagMs);
    const underWay = this.#moments.filter(
      (other): other is CallMoment => other.kind === "call" && isDuring(other.exchange, exchange),
    );
    const past = old.flatMap(({ states }) => settle(states, this.#lens, this.#relaxed));
    const maybe = this.#with([...this.#states, ...past], underWay);
    const isLate = this.#relaxed.has("CREATE-6") && this.#isListedLater(moment);
    const fitting = maybe.filter((state) => isLate || fits(state, moment, this.#lens, this.#relaxed));
    if (fitting.length === 0) {
      return { timeline: this.#timeline, moment, wrong: nearest(maybe, moment, this.#lens), states: maybe };
    }
    // A read that may have shown the past says nothing of the present; and a list teaches nothing that a get has to show.
    if (old.length > 0 || underWay.length > 0) return undefined;
    // Where gets are not true they teach nothing either.
    const teaches = moment.kind === "shown" && !moment.inList && !this.#relaxed.has("GET-2");
    // What time has led to a lagging read may not show yet.
    if (this.#readLagMs > 0 && fitting.length < maybe.length) {
      this.#past.push({ states: maybe, until: exchange.began, untilMs: exchange.t0 });
    }
    this.#states = teaches ? distinct(fitting.map((state) => learned(state, moment.widget, this.#lens))) : fitting;
    return undefined;
  }

  /** The states where a call that was under way at the same time has had its effect after this one, not before. */
  #otherWay(moment: CallMoment): State[] {
    const last = this.#last;
    if (!last || !this.#isOwn(moment) || last.moment.exchange.ended < moment.exchange.began) return [];
    const first = last.before.flatMap((state) => this.#after(state, moment));
    return first.flatMap((state) => this.#after(state, last.moment));
  }

  /** Whether the list lacks a widget that it shows for the first time later, or that was gone before any was shown. */
  #isListedLater({ kind, inList, exchange }: ViewMoment): boolean {
    const first = firstListed(this.#timeline);
    const isYoung = exchange.t0 - this.#timeline.created.t1 < this.#lens.listedAfterMs;
    return kind === "missing" && inList && (first ? first.exchange.ended > exchange.ended : isYoung);
  }

  /** With the states that calls may have led to whose effect may have come. */
  #with(states: readonly State[], calls: readonly CallMoment[]): State[] {
    return calls.reduce<State[]>(
      (all, call) => distinct(all.flatMap((state) => [state, ...this.#after(state, call)])),
      [...states],
    );
  }

  #after(state: State, call: CallMoment): readonly State[] {
    const { isRaced, exchange } = call;
    if (!this.#isOwn(call)) return beside(state, exchange, this.#relaxed);
    // Whether who is not the owner could do it is another rule's (SCOPE-1, SCOPE-2).
    if (exchange.caller !== "own") return [state, ...after(state, exchange, this.#lens, this.#relaxed)];
    // An update that another one ran over may be lost.
    const isLost = isRaced && this.#relaxed.has("UPDATE-8");
    const relaxed: Relaxed = isLost ? new Set([...this.#relaxed, "UPDATE-5"]) : this.#relaxed;
    return after(state, exchange, this.#lens, relaxed);
  }
}

/** What happened to a widget, with the calls on others. */
function withCallsBeside(timeline: JudgedTimeline, calls: readonly Exchange[]): JudgedTimeline["moments"] {
  const beside = besideOf(calls, timeline).map((exchange): CallMoment => ({ kind: "call", exchange, isRaced: false }));
  return [...timeline.moments, ...beside].sort((a, b) => placeOf(a) - placeOf(b));
}

/** Whether a call had begun before a read ended, and had not ended by then. */
function isDuring(call: Exchange, read: Exchange): boolean {
  return call.began < read.ended && call.ended > read.ended;
}

function firstState({ created }: JudgedTimeline, { members }: Lens): State {
  const values = valuesIn(created.request.body ?? {}, members);
  return { phase: "draft", values, written: new Set(values.keys()), mayChange: true };
}

function fits(state: State, moment: ViewMoment, lens: Lens, relaxed: Relaxed): boolean {
  if (!moment.inList && relaxed.has("GET-2")) return true;
  return moment.kind === "shown" ? showsState(state, moment, lens, relaxed) : mayBeMissing(state, moment, relaxed);
}

function showsState(state: State, { widget, inList }: ShownMoment, lens: Lens, relaxed: Relaxed): boolean {
  if (inList && relaxed.has("LIST-4")) return true;
  if (state.phase === "gone" && mayBeThere(state, relaxed)) return true;
  const seen = relaxed.has("OBJ-4") && !lens.showsActive ? { ...lens, anyWordForActive: true } : lens;
  return misfits(state, widget, seen).every((name) => {
    const rule = ruleOfMember(lens.members, name);
    return rule !== undefined && relaxed.has(rule);
  });
}

/** Whether a widget that was deleted may be shown: never left, or brought back by a call. */
function mayBeThere({ mayChange }: State, relaxed: Relaxed): boolean {
  return relaxed.has("DELETE-1") || (mayChange && relaxed.has("DELETE-6"));
}

function mayBeMissing({ phase }: State, { inList }: ViewMoment, relaxed: Relaxed): boolean {
  if (phase === "gone" || (phase === "draft" && relaxed.has("CREATE-6"))) return true;
  return relaxed.has(inList ? "SCOPE-3" : "GET-1");
}

/** What is wrong by the state that comes nearest to what was shown. */
function nearest(states: readonly State[], moment: CallMoment | ViewMoment, lens: Lens): string[] {
  if (moment.kind !== "shown") return ["missing"];
  const all = states.map((state) => (state.phase === "gone" ? ["shown"] : misfits(state, moment.widget, lens)));
  return all.sort((a, b) => a.length - b.length)[0] ?? [];
}

function settle(states: readonly State[], lens: Lens, relaxed: Relaxed): State[] {
  return distinct(states.flatMap((state) => later(state, lens, relaxed)));
}

function distinct(states: readonly State[]): State[] {
  return [...new Map(states.map((state) => [keyOf(state), state])).values()];
}

function keysOf(states: readonly State[]): string {
  return states.map(keyOf).sort().join();
}
