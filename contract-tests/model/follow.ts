import { type Exchange, outcomeOf } from "../history/exchange.ts";
import { areConcurrent, type CallMoment, type JudgedTimeline, placeOf, type ViewMoment } from "../history/timeline.ts";
import { gone } from "./life-cycle.ts";
import type { Relaxed } from "./relaxation.ts";
import { distinct, isKnownLess, keyOf, learnFrom, type ModelContext, misfitsIn, type State } from "./state.ts";
import { statesAfter, statesLater, withoutOverdue } from "./transitions.ts";

/** A widget that may be in more states than this is followed no further. */
const maxStates = 1000;

/** What was observed of a widget that fits no state it may have been in. */
export interface Contradiction {
  readonly timeline: JudgedTimeline;
  /** Where the timeline cannot go on. */
  readonly moment: CallMoment | ViewMoment;
  /** What does not fit, by the members' names: those of the state that comes nearest. */
  readonly wrong: readonly string[];
  /** The states that it may have been in. */
  readonly states: readonly State[];
}

/** A widget to follow. */
export interface Followed {
  readonly timeline: JudgedTimeline;
  /** The calls of the run that may have changed a widget. */
  readonly calls: readonly Exchange[];
  readonly context: ModelContext;
}

/** How many states may still be looked at; what is left goes down. */
export interface Work {
  left: number;
}

/**
 * Follows a widget through its timeline, keeping every state that it may be in.
 * @returns where that leads nowhere; undefined where all fits
 */
export function follow(
  followed: Followed,
  relaxed: Relaxed,
  work: Work = { left: Number.POSITIVE_INFINITY },
): Contradiction | undefined {
  return new Follower(followed, relaxed).run(work);
}

/** The calls on other widgets since a widget was created. */
export function besideOf(calls: readonly Exchange[], { widget, created }: JudgedTimeline): Exchange[] {
  return calls.filter((call) => call.widget !== widget && call.ended > created.ended);
}

/** States that a widget may have been in, until a moment and a time. */
interface Past {
  readonly states: readonly State[];
  readonly until: number;
  readonly untilMs: number;
}

class Follower {
  readonly #timeline: JudgedTimeline;
  readonly #context: ModelContext;
  readonly #relaxed: Relaxed;
  readonly #moments: JudgedTimeline["moments"];
  #states: readonly State[] = [];
  readonly #past: Past[] = [];
  /** The call before, and the states before it. */
  #last: { readonly moment: CallMoment; readonly before: readonly State[] } | undefined;
  /** When the last call ended that may have changed the widget, as a place and as a time. */
  #lastCall = { ended: 0, t1: Number.NEGATIVE_INFINITY };
  /** Calls whose answers never came may have their effect at any time. */
  readonly #open: CallMoment[] = [];
  /** Calls that had their effect before one that was answered earlier. */
  readonly #early = new Set<CallMoment>();

  constructor({ timeline, calls, context }: Followed, relaxed: Relaxed) {
    this.#timeline = timeline;
    this.#context = context;
    this.#relaxed = relaxed;
    this.#moments = relaxed.touchesOthers ? withCallsBeside(timeline, calls) : timeline.moments;
  }

  run(work: Work): Contradiction | undefined {
    const { created } = this.#timeline;
    const first = this.#firstState();
    const atCreate: CallMoment = { kind: "call", exchange: created, isRaced: false };
    this.#states = statesAfter(first, atCreate, this.#context, this.#relaxed);
    if (this.#states.length === 0) return this.#contradiction(atCreate, ["status"], [first]);
    // A read that lags does not find it yet.
    this.#past.push({ states: [{ ...first, phase: gone, mayChange: false }], until: 0, untilMs: created.t1 });
    this.#lastCall = { ended: created.ended, t1: created.t1 };
    for (const moment of this.#moments) {
      this.#states = this.#with(this.#settled(this.#inTime(moment)), this.#open);
      work.left -= this.#states.length;
      if (this.#states.length > maxStates || work.left < 0) return this.#lost(moment);
      const contradiction = moment.kind === "call" ? this.#call(moment) : this.#view(moment);
      if (contradiction) return contradiction;
    }
    return undefined;
  }

  #firstState(): State {
    const { life, members, takenByCreate } = this.#context;
    const sent = members.valuesIn(this.#timeline.created.request.body ?? {});
    const values = new Map([...sent].filter(([name]) => members.required.includes(name) || takenByCreate.has(name)));
    return { phase: life.initial, values, written: new Set(members.required), mayChange: true };
  }

  #contradiction(moment: CallMoment | ViewMoment, wrong: readonly string[], states: readonly State[]): Contradiction {
    return { timeline: this.#timeline, moment, wrong, states };
  }

  /** Where a timeline has too many ends: nothing is said against the widget then, and nothing is explained by it. */
  #lost(moment: CallMoment | ViewMoment): Contradiction | undefined {
    return this.#relaxed.all.length === 0 ? undefined : this.#contradiction(moment, [], this.#states);
  }

  #call(moment: CallMoment): Contradiction | undefined {
    if (this.#early.has(moment)) return undefined;
    const { exchange } = moment;
    const before = this.#states;
    const inOrder = before.flatMap((state) => this.#after(state, moment));
    let next = distinct([...inOrder, ...this.#inOtherOrder(moment)]);
    let last = exchange;
    const early = next.length === 0 ? this.#afterEarly(moment) : undefined;
    if (early) [next, last] = [early.states, early.call.exchange];
    this.#lastCall = { ended: last.ended, t1: Math.max(last.t1, this.#lastCall.t1) };
    if (this.#isOwn(moment)) this.#last = { moment, before };
    if (next.length === 0) return this.#contradiction(moment, ["answer"], before);
    if (keysOf(next) !== keysOf(before)) {
      this.#past.push({ states: before, until: last.ended, untilMs: last.t1 });
    }
    if (outcomeOf(exchange) === "unknown") this.#leaveOpen(moment);
    this.#states = next;
    return undefined;
  }

  /** A call that is made again in the same words has the same effect, whenever that comes. */
  #leaveOpen(moment: CallMoment): void {
    const wordsOf = ({ exchange: { operation, request } }: CallMoment) => JSON.stringify([operation, request.body]);
    const same = this.#open.findIndex((one) => wordsOf(one) === wordsOf(moment));
    if (same !== -1) this.#open.splice(same, 1);
    this.#open.push(moment);
  }

  #view(moment: ViewMoment): Contradiction | undefined {
    const { exchange } = moment;
    const { readLagMs } = this.#context;
    const began = moment.kind === "missing" ? moment.began : exchange.began;
    const old = this.#past.filter(({ until, untilMs }) => until > began || untilMs > exchange.t0 - readLagMs);
    const underWay = this.#moments.filter(
      (other): other is CallMoment =>
        other.kind === "call" && areConcurrent(other.exchange, exchange) && other.exchange.ended > exchange.ended,
    );
    const past = old.flatMap(({ states }) => this.#settled(states));
    const maybe = this.#with([...this.#states, ...past], underWay);
    const fitting = maybe.filter((state) => this.#fits(state, moment));
    if (fitting.length === 0) return this.#contradiction(moment, this.#nearest(maybe, moment), maybe);
    // A read that may have shown what was before a call says nothing of the present.
    const isOfCall = this.#lastCall.ended > began || this.#lastCall.t1 > exchange.t0 - readLagMs;
    if (underWay.length > 0 || (old.length > 0 && isOfCall)) return undefined;
    const before = this.#states;
    const left = old.length > 0 ? this.#reachedFrom(fitting) : fitting;
    // What time has led to a read may not show yet that lags, or that began before.
    if (left.length < before.length) this.#past.push({ states: before, until: exchange.ended, untilMs: exchange.t1 });
    // What may be of the past teaches nothing, and a list nothing that a get has to show.
    const teaches = old.length === 0 && moment.kind === "shown" && !moment.inList && !this.#relaxed.teachesNothing;
    this.#states = teaches ? distinct(left.map((state) => learnFrom(state, moment.widget, this.#context))) : left;
    return undefined;
  }

  /** The states that the widget may be in by now: those in whose phases time ends that begins where it was shown. */
  #reachedFrom(shown: readonly State[]): readonly State[] {
    const phases = new Set(this.#with(this.#settled(shown), this.#open).map(({ phase }) => phase));
    return this.#states.filter(({ phase }) => phases.has(phase));
  }

  #fits(state: State, view: ViewMoment): boolean {
    const context = this.#context;
    if (this.#relaxed.allows((one) => one.fits?.({ state, view, timeline: this.#timeline, context }))) return true;
    if (view.kind === "missing") return state.phase === gone;
    const { widget } = view;
    return misfitsIn(state, view, context).every((name) =>
      this.#relaxed.allows((one) => one.mayShow?.({ name, state, widget, context })),
    );
  }

  /** What is wrong by the state that comes nearest to what was shown. */
  #nearest(states: readonly State[], moment: ViewMoment): string[] {
    if (moment.kind === "missing") return ["missing"];
    const all = states.map((state) => (state.phase === gone ? ["shown"] : misfitsIn(state, moment, this.#context)));
    return all.sort((a, b) => a.length - b.length)[0] ?? [];
  }

  /** The states where a call that was under way at the same time has had its effect after this one, not before. */
  #inOtherOrder(moment: CallMoment): State[] {
    const last = this.#last;
    if (!last || !this.#isOwn(moment) || last.moment.exchange.ended < moment.exchange.began) return [];
    const first = last.before.flatMap((state) => this.#after(state, moment));
    const both = first.flatMap((state) => this.#after(state, last.moment));
    this.#between(both.length > 0 ? first : [], last.moment);
    return both;
  }

  /** What a read may show of a widget after the first of two calls side by side, and before a second one. */
  #between(states: readonly State[], { exchange }: CallMoment): void {
    if (states.length > 0) this.#past.push({ states, until: exchange.ended, untilMs: exchange.t1 });
  }

  /** A call that is answered later and has had its effect before this one, which nothing else explains; with the states after both. */
  #afterEarly(moment: CallMoment): { readonly call: CallMoment; readonly states: State[] } | undefined {
    const later = this.#moments.filter(
      (other): other is CallMoment =>
        other.kind === "call" && this.#isOwn(other) && areConcurrent(other.exchange, moment.exchange),
    );
    for (const other of later.filter(({ exchange }) => exchange.ended > moment.exchange.ended)) {
      const first = this.#states.flatMap((state) => this.#after(state, other));
      const next = first.flatMap((state) => this.#after(state, moment));
      if (next.length === 0) continue;
      this.#early.add(other);
      this.#between(first, moment);
      return { call: other, states: distinct(next) };
    }
    return undefined;
  }

  /** With the states that calls may have led to whose effect may have come. */
  #with(states: readonly State[], calls: readonly CallMoment[]): State[] {
    return calls.reduce<State[]>(
      (all, call) => distinct(all.flatMap((state) => [state, ...this.#after(state, call)])),
      [...states],
    );
  }

  /** The states, with what must have had its effect by a moment. */
  #inTime({ exchange }: CallMoment | ViewMoment): readonly State[] {
    return this.#states.flatMap((state) => withoutOverdue(state, exchange.t0, this.#context, this.#relaxed));
  }

  #settled(states: readonly State[]): State[] {
    return distinct(states.flatMap((state) => statesLater(state, this.#context, this.#relaxed)));
  }

  #after(state: State, call: CallMoment): readonly State[] {
    const { exchange } = call;
    if (!this.#isOwn(call)) {
      const touched = this.#relaxed.states((one) => one.beside?.(state, exchange, this.#context));
      // Of two states in which all else is equal the one in which less is known stands for both: what fits the other fits it.
      return touched.some((one) => isKnownLess(one, state)) ? touched : [state, ...touched];
    }
    const after = statesAfter(state, call, this.#context, this.#relaxed);
    // Whether who is not the owner could do it is a matter of scope.
    return exchange.caller === "own" ? after : [state, ...after];
  }

  /** Whether a call is about this widget. */
  #isOwn({ exchange }: CallMoment): boolean {
    return exchange.widget === this.#timeline.widget;
  }
}

/** What happened to a widget, with the calls on others: each may have its effect at any time until it is answered. */
function withCallsBeside(timeline: JudgedTimeline, calls: readonly Exchange[]): JudgedTimeline["moments"] {
  const own = timeline.moments.map((moment) => ({ moment, place: placeOf(moment) }));
  const beside = besideOf(calls, timeline).flatMap((exchange) => {
    const moment: CallMoment = { kind: "call", exchange, isRaced: false };
    const { began, ended } = exchange;
    const meanwhile = own.map(({ place }) => place).filter((place) => place > began && place < ended);
    return [began, ...meanwhile, ended].map((place) => ({ moment, place }));
  });
  return [...own, ...beside].sort((a, b) => a.place - b.place).map(({ moment }) => moment);
}

function keysOf(states: readonly State[]): string {
  return states.map(keyOf).sort().join();
}
