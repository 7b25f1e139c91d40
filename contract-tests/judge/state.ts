import type { JsonObject } from "../../spec/merge-patch.ts";
import type { Members } from "./members.ts";
import { isSame, shownIn, type Values, valuesIn } from "./values.ts";

/** Where a widget is in its life. */
export type Phase = "draft" | "active" | "paused" | "gone";

/** One of the states that a widget may be in, by all that was seen. */
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
}

/** How widgets are looked at. */
export interface Lens {
  /** The documented members that a client may write. */
  readonly members: Members;
  /** How the target spells paused, where that was found out. */
  readonly paused: string | undefined;
  /** What was accepted in updates, as `formsOf` has it: what was taken once is not refused for its form or its value. */
  readonly accepted: ReadonlySet<string>;
  /** Whether any widget was ever shown active. */
  readonly showsActive: boolean;
  /** How long after its create the first widget was listed, in milliseconds. */
  readonly listedAfterMs: number;
  /** Whether sites are known to be such that they can be crawled. */
  readonly sitesVouched: boolean;
  /** Whether another word than active is taken for it, to see whether that explains what was seen. */
  readonly anyWordForActive?: boolean;
}

/** What of a widget does not fit a state, by the members' names; nothing where it does. */
export function misfits(state: State, widget: JsonObject, lens: Lens): string[] {
  const wrong: string[] = showsPhase(state, widget["status"], lens) ? [] : ["status"];
  const shown = shownIn(widget, lens.members);
  for (const [name, value] of state.values) {
    const seen = shown.get(name) ?? null;
    // No word requires a member; but what was written must be there, and as it was written.
    if (seen === null ? state.written.has(name) : !isSame(name, value, seen)) wrong.push(name);
  }
  return wrong;
}

/** What a read that fits has told: members whose values were not known, unless something may still change them. */
export function learned(state: State, widget: JsonObject, lens: Lens): State {
  if (state.mayChange) return state;
  const values = new Map(state.values);
  for (const [name, value] of valuesIn(widget, lens.members)) if (!values.has(name)) values.set(name, value);
  return { ...state, values };
}

/**
 * Whether a status may be shown in a state. Words that the documentation does not have are spared where something is
 * under way: a first crawl, a recrawl, a deletion (A-ENUM-1). Paused is the word that was found out, or whatever is
 * neither draft nor active.
 */
export function showsPhase({ phase, mayChange, isLeaving }: State, status: unknown, lens: Lens): boolean {
  const { paused, anyWordForActive, showsActive, sitesVouched } = lens;
  const isOther = status !== "draft" && status !== "active";
  const isPaused = paused === undefined ? isOther : status === paused;
  if (isLeaving) return true;
  switch (phase) {
    case "draft":
      // Where no widget is ever active, another word may be the target's own for it: then it is no word for a draft.
      return status === "draft" || (isOther && status !== paused && (showsActive || !sitesVouched));
    case "active":
      if (anyWordForActive) return status !== "draft";
      return status === "active" || (mayChange && status !== "draft" && !isPaused);
    case "paused":
      return isPaused || (mayChange && isOther);
    case "gone":
      return false;
  }
}

const keys = new WeakMap<State, string>();

/** A text by which equal states are told to be equal. */
export function keyOf(state: State): string {
  const known = keys.get(state);
  if (known !== undefined) return known;
  const { phase, values, written, mayChange, isLeaving = false } = state;
  const sorted = [...values].sort(([a], [b]) => (a < b ? -1 : 1));
  const key = JSON.stringify([phase, sorted, [...written].sort(), mayChange, isLeaving]);
  keys.set(state, key);
  return key;
}
