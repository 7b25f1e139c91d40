import type { Json } from "../../spec/merge-patch.ts";
import type { State } from "./state.ts";

/** Nothing is known of any member. */
export const nothing: ReadonlyMap<string, Json> = new Map();

/** The same widget, wherever it is in its life. */
export function anyPhase(state: State): State[] {
  return (["draft", "active", "paused"] as const).map((phase) => ({ ...state, phase }));
}

/** A widget that was deleted, and may be there again in any form. */
export function revived(state: State): State[] {
  return [{ ...state, mayChange: true }, ...anyPhase({ ...state, values: nothing, mayChange: true })];
}

/** What else than a resume does to a paused widget is assumed (A-PATCH-6, A-RECRAWL-3): it may be active again. */
export function mayResume(state: State): State[] {
  return state.phase === "paused" ? [state, { ...state, phase: "active" }] : [state];
}

/** The states in which one of the members that were sent, and no other, is as it was before, where that is known. */
export function leftAsTheyWere(before: State, stuck: State, sent: Iterable<string>): State[] {
  return [...sent].map((name) => {
    const { [name]: _, ...others } = Object.fromEntries(stuck.values);
    const old = before.values.get(name);
    return { ...stuck, values: new Map(Object.entries(old === undefined ? others : { ...others, [name]: old })) };
  });
}
