import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";
import type { Exchange } from "../history/exchange.ts";
import { oncePer } from "../history/once.ts";
import type { ShownMoment } from "../history/timeline.ts";
import { gone, type LifeCycle, type Phase } from "./life-cycle.ts";
import { type Members, nothingKnown, type Values } from "./members.ts";
import type { MayBeRefused } from "./refused-values.ts";

/** One of the states that a widget may be in, by all that was observed. */
export interface State {
  readonly phase: Phase;
  /** What is known of its members; one that is not here may have any value. */
  readonly values: Values;
  /** The members that the run wrote. */
  readonly written: ReadonlySet<string>;
  /** Whether a crawl may be running, which may still make texts anew. */
  readonly mayChange: boolean;
  /** Whether a deletion was accepted that may take a while. */
  readonly isLeaving?: boolean;
  /** Accepted calls (202) that have not had their effect yet, in their order. */
  readonly pending?: readonly Exchange[];
  /** Whether it is supposed that a call on another widget has changed it, or will when a crawl that it began ends. */
  readonly isTouched?: boolean;
  /** Whether it is supposed to have gone with a site that cannot be crawled. */
  readonly isLost?: boolean;
}

/** What a run has found out of the target, and what the document says of widgets. */
export interface ModelContext {
  readonly life: LifeCycle;
  readonly members: Members;
  /** How old what a read shows may be, in milliseconds. */
  readonly readLagMs: number;
  /** Whether sites are known to be such that they can be crawled. */
  readonly sitesVouched: boolean;
  /** How the target spells paused, where that was found out. */
  readonly paused: string | undefined;
  /**
   * What was accepted in updates, as `formsOf` has it, with the place of the first end of such a call: what was taken once
   * is not refused for its form or its value.
   */
  readonly accepted: ReadonlyMap<string, number>;
  /** Whether a body may be refused honestly for a value in it. */
  readonly mayRefuse: MayBeRefused;
  /** The members that a create was seen to take: others it may ignore (A-CREATE-2). */
  readonly takenByCreate: ReadonlySet<string>;
  /** Whether any widget was ever shown active. */
  readonly showsActive: boolean;
  /** How long after its create the first widget was listed, in milliseconds. */
  readonly listedAfterMs: number;
}

/** The same widget, wherever it is in its life. */
export function inAnyPhase(state: State, { life }: ModelContext): State[] {
  return life.phases.map((phase) => ({ ...state, phase }));
}

/** A widget of which nothing is known but that it is there. */
export function anyState(state: State, context: ModelContext): State[] {
  return inAnyPhase({ ...state, values: nothingKnown, mayChange: true }, context);
}

/** The states in which one of some members, and no other, is as it was before, where that is known. */
export function withOneAsBefore(before: State, stuck: State, names: Iterable<string>): State[] {
  return [...names].map((name) => {
    const values = new Map(stuck.values);
    const old = before.values.get(name);
    if (old === undefined) values.delete(name);
    else values.set(name, old);
    return { ...stuck, values };
  });
}

/** The same state, but that nothing is known of some members. */
export function withoutValues(state: State, isUnknown: (name: string) => boolean): State {
  return { ...state, values: new Map([...state.values].filter(([name]) => !isUnknown(name))) };
}

/**
 * What of a widget does not fit a state, by the members' names; nothing where it does. An entry of a list may be a summary:
 * of that only the members count that it has (A-LIST-7).
 */
export function misfitsIn(
  state: State,
  { widget, inList }: Pick<ShownMoment, "widget" | "inList">,
  context: ModelContext,
): string[] {
  const isLeftOut = (name: string) => inList && valueIn(widget, name) === undefined;
  const isPhase = isLeftOut("status") || showsPhase(state, widget["status"], context);
  const wrong: string[] = isPhase ? [] : ["status"];
  const shown = context.members.shownIn(widget);
  for (const [name, value] of state.values) {
    if (isLeftOut(name)) continue;
    const seen = shown.get(name) ?? null;
    // No word requires a member; but what was written must be there, as it was written, and what was shown stays.
    const mustBeThere = state.written.has(name) || (!inList && isAtRest(state, context));
    if (seen === null ? mustBeThere : !context.members.isSame(name, value, seen)) wrong.push(name);
  }
  return wrong;
}

/** Whether a widget is active or paused, with no crawl that may still change it: then all that is known of it was shown or written. */
function isAtRest({ phase, mayChange, isLeaving }: State, { life }: ModelContext): boolean {
  return !mayChange && !isLeaving && phase !== gone && phase !== life.initial;
}

/** The value of a member, or of a part of one; null where the whole of it is null. */
function valueIn(widget: JsonObject, name: string): Json | undefined {
  return name.split(".").reduce<Json | undefined>((value, step) => (isJsonObject(value) ? value[step] : value), widget);
}

/** The state with what a view that fits it tells of members that were not known, unless something may still change them. */
export function learnFrom(state: State, widget: JsonObject, { members }: ModelContext): State {
  if (state.mayChange) return state;
  const values = new Map(state.values);
  for (const [name, value] of members.valuesIn(widget)) if (!values.has(name)) values.set(name, value);
  return { ...state, values };
}

/**
 * Whether a status may be shown in a state. Words that the documentation does not have are spared where something is
 * under way: a first crawl, a recrawl, a deletion (A-ENUM-1). A phase whose word is assumed shows the word that was found
 * out, or whatever is no documented one.
 */
function showsPhase({ phase, mayChange, isLeaving }: State, status: unknown, context: ModelContext): boolean {
  const { life, paused, showsActive, sitesVouched } = context;
  const own = life.phaseShownAs(status);
  // A word that the document has for another state than that of a pause is no word of the target's own.
  const isOther = !life.isDocumented(status) && (own === undefined || own === life.paused || own === phase);
  const isPaused = paused === undefined ? isOther : status === paused;
  if (isLeaving) return true;
  if (phase === gone) return false;
  // What is not the phase of a pause has the word that the document has for it.
  const isOwnWord = status === phase && phase !== life.paused;
  if (!life.isDocumented(phase)) return isPaused || isOwnWord || (mayChange && isOther);
  if (status === phase) return true;
  // Where no widget is ever active, another word may be the target's own for it: then it is no word for a draft.
  if (phase === life.initial) return isOther && status !== paused && (showsActive || !sitesVouched);
  return mayChange && isOther && !isPaused;
}

/** A text by which equal maps, or sets, are equal. Most states share theirs with the one before. */
const keyOfPart = oncePer((part: Values | ReadonlySet<string>): string =>
  JSON.stringify([...part].map((one) => JSON.stringify(one)).sort()),
);

/** A text by which equal states are equal. */
export const keyOf = oncePer((state: State): string => {
  const { phase, values, written, mayChange, isLeaving = false, isTouched = false, isLost = false } = state;
  const calls = (state.pending ?? []).map(({ n }) => n).join();
  return `${phase} ${mayChange} ${isLeaving} ${isTouched} ${isLost} ${calls} ${keyOfPart(values)} ${keyOfPart(written)}`;
});

/** Whether no more is known of the members in one state than in another one, and all else is equal. */
export function isKnownLess(one: State, other: State): boolean {
  if (keyOf({ ...one, values: nothingKnown }) !== keyOf({ ...other, values: nothingKnown })) return false;
  return [...one.values].every(([name, value]) => other.values.get(name) === value);
}

/** The states, each once. */
export function distinct(states: readonly State[]): State[] {
  return [...new Map(states.map((state) => [keyOf(state), state])).values()];
}
