import type { ApiDocument } from "../../spec/document.ts";
import { gone } from "./life-cycle.ts";
import { Members, nothingKnown, type Values } from "./members.ts";
import type { Relaxation } from "./relaxation.ts";
import type { ModelContext, State } from "./state.ts";

/**
 * Lets somebody else do anything to a widget at any time that an operation can do: write any value, pause, resume, recrawl,
 * delete. What still does not fit is proved to whoever watches some of the callers alone: no operation makes a widget a draft
 * again that was none, and none brings back what was deleted.
 */
export const othersMayAct: Relaxation = {
  breadth: 0,
  teachesNothing: true,
  mayBeNotFound: true,
  mayBeRefused: () => true,
  // Nor does anything tell whether what a client did not find was gone, or lagged, or was on another page.
  fits: ({ view }) => view.kind === "missing",
  later: (state, { life }) => {
    if (state.phase === gone) return [];
    // A draft that somebody paused may be one again (A-PAUSE-3); what was active may not.
    const isDraft = state.phase === life.initial || state.isTouched === true;
    const unknown: State = { ...state, values: nothingKnown, written: new Set(), mayChange: true, isTouched: isDraft };
    const phases = life.phases.filter((phase) => isDraft || phase !== life.initial);
    const states = phases.map((phase): State => ({ ...unknown, phase, isTouched: isDraft && phase !== life.active }));
    return [...states, { ...unknown, phase: gone, mayChange: false, isTouched: false }];
  },
};

/** Members of which nothing is ever known: where others may write, no value tells anything. */
class UnknownMembers extends Members {
  override shownIn(): Values {
    return nothingKnown;
  }
}

/** What the model goes by where others may do anything to a widget. */
export function withOthers(document: ApiDocument, context: ModelContext): ModelContext {
  return { ...context, members: new UnknownMembers(document) };
}
