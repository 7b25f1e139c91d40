import type { Exchange } from "../history/exchange.ts";
import { anyPhase, nothing } from "./changes.ts";
import type { Relaxation, Relaxed } from "./relaxed.ts";
import type { State } from "./state.ts";

/** The rule that a call breaks which touches another widget. */
const neighbourly: { readonly [operationId: string]: Relaxation } = {
  deleteWidget: "DELETE-8",
  recrawlWidget: "RECRAWL-7",
  pauseWidget: "PAUSE-1:beside",
  resumeWidget: "PAUSE-2:beside",
  updateWidget: "UPDATE-2:beside",
  // No rule is about creates: what another one changes was not sent.
  createWidget: "UPDATE-2:created",
};

/** The operation that touches another widget where a relaxation is one of that. */
export function touchingCall(relaxation: Relaxation): string | undefined {
  if (relaxation === "DELETE-8:vanished") return "deleteWidget";
  return Object.entries(neighbourly).find(([, one]) => one === relaxation)?.[0];
}

/** Whether calls about other widgets are supposed to touch a widget. */
export function touchesNeighbours(relaxed: Relaxed): boolean {
  return relaxed.has("DELETE-8:vanished") || Object.values(neighbourly).some((rule) => relaxed.has(rule));
}

/** What a call about another widget may do to this one, where the rule that forbids it is relaxed. */
export function beside(state: State, { operation, origin }: Exchange, relaxed: Relaxed): readonly State[] {
  const gone: State = { ...state, phase: "gone" };
  if (operation === "deleteWidget" && relaxed.has("DELETE-8:vanished")) return [state, gone];
  const rule = neighbourly[operation];
  const isSure = rule !== undefined && (!rule.includes(":") || origin?.lane === "quiet");
  return isSure && relaxed.has(rule) && state.phase !== "gone"
    ? [state, ...anyPhase({ ...state, values: nothing, mayChange: true }), gone]
    : [state];
}
