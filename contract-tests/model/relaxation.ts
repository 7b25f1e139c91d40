import type { JsonObject } from "../../spec/merge-patch.ts";
import type { Exchange } from "../history/exchange.ts";
import type { JudgedTimeline, ViewMoment } from "../history/timeline.ts";
import type { ModelContext, State } from "./state.ts";

/** A call on a widget, or on another one. */
export interface Call {
  readonly exchange: Exchange;
  /** Whether a write on the same widget was under way at the same time. */
  readonly isRaced: boolean;
}

/** What may change a widget: a call that had its effect, or the end of its first crawl. */
export interface StateChange {
  /** The operation; or `crawl`. */
  readonly by: string;
  readonly isRaced: boolean;
  readonly state: State;
  readonly context: ModelContext;
}

/** An accepted call on a widget that is there. */
export interface Effect extends Call {
  readonly before: State;
  /** The state before, without what the call makes uncertain. */
  readonly kept: State;
  /** The state after, by the rules. */
  readonly stuck: State;
  readonly context: ModelContext;
}

/** A call that was refused although it has to be accepted. */
export interface RefusedCall {
  readonly exchange: Exchange;
  readonly state: State;
  readonly context: ModelContext;
}

/** A view held against a state. */
export interface HeldView {
  readonly state: State;
  readonly view: ViewMoment;
  readonly timeline: JudgedTimeline;
  readonly context: ModelContext;
}

/** A member, or the status, that is shown with a value that does not fit a state. */
export interface ShownMember {
  readonly name: string;
  readonly state: State;
  readonly widget: JsonObject;
  readonly context: ModelContext;
}

/**
 * One way in which a rule may not hold. The model asks its hooks for what else may be then; a rule whose relaxation
 * explains what was observed is broken. Every hook is a possibility: it can only make a contradiction go away.
 */
export interface Relaxation {
  /**
   * How much it allows. Of two that explain as much, the narrower is named; no two are equal. 10: one effect of one
   * operation; 20: a member after one kind of update; 30: an operation or a status; 50: a member; 60: all updates;
   * 70: the answers of all reads; 80: that a widget is gone; 90: anything, in the quiet lane.
   */
  readonly breadth: number;
  /** The operation on another widget that it is about. */
  readonly touches?: string;
  /** Whether it explains only what was seen just after such a call in the quiet lane, where nothing else happens. */
  readonly needsQuiet?: true;
  /** Whether what it does to others may show long after the call, when others are called too. */
  readonly showsAtItsEnd?: true;
  /** Whether only a view can show it, so that it explains no answer to a call. */
  readonly onlyViews?: true;
  /** Where it goes first: where lists alone are wrong, or gets alone. */
  readonly isFirstOf?: "lists" | "gets";
  /** Whether no view teaches a value of a member. */
  readonly teachesNothing?: true;
  /** Whether it is about some members alone: with others of its kind it explains what spoils values of all kinds alike. */
  readonly ofMembers?: true;
  /** Whether it explains what does not follow a call of the widget's own alone. */
  readonly needsNoOwnCall?: true;
  /** Whether all that is known of members is uncertain after a change. */
  forgets?(change: StateChange): boolean;
  /** Further states after an accepted call. */
  after?(effect: Effect): readonly State[];
  /** Further states after a create whose answer shows another status than the first. */
  afterCreate?(state: State, context: ModelContext): readonly State[];
  /** The states that a call on a deleted widget may lead to. */
  afterGone?(state: State, context: ModelContext): readonly State[];
  /** Whether a call may be refused although it has to be accepted. */
  mayBeRefused?(call: RefusedCall): boolean;
  /** Whether an operation may answer that there is nothing (404, 405). */
  readonly mayBeNotFound?: true;
  /** Further states that time alone may lead to. */
  later?(state: State, context: ModelContext): readonly State[];
  /** Further states after a call on another widget. */
  beside?(state: State, exchange: Exchange, context: ModelContext): readonly State[];
  /** Whether a view may be as it is, whatever the state says. */
  fits?(held: HeldView): boolean;
  /** Whether a member may be shown with another value. */
  mayShow?(member: ShownMember): boolean;
}

/** The relaxations that are supposed together, to see whether they explain what was observed. */
export class Relaxed {
  readonly all: readonly Relaxation[];
  readonly teachesNothing: boolean;
  readonly mayBeNotFound: boolean;
  /** Whether calls on other widgets may change a widget. */
  readonly touchesOthers: boolean;

  constructor(all: readonly Relaxation[]) {
    this.all = all;
    this.teachesNothing = all.some((one) => one.teachesNothing);
    this.mayBeNotFound = all.some((one) => one.mayBeNotFound);
    this.touchesOthers = all.some(({ beside }) => beside !== undefined);
  }

  /** The states that hooks add. */
  states(hook: (relaxation: Relaxation) => readonly State[] | undefined): readonly State[] {
    return this.all.length === 0 ? [] : this.all.flatMap((one) => hook(one) ?? []);
  }

  /** Whether a hook allows something. */
  allows(hook: (relaxation: Relaxation) => boolean | undefined): boolean {
    return this.all.some((one) => hook(one) === true);
  }
}
