import type { DocumentedRuleId } from "../../spec/generated/rules.ts";
import type { Exchange } from "../history/exchange.ts";
import { gone } from "../model/life-cycle.ts";
import { memberOf } from "../model/members.ts";
import type { Relaxation } from "../model/relaxation.ts";
import { anyState, type ModelContext, type State, withoutValues } from "../model/state.ts";
import type { OperationId } from "./rule-entry.ts";

/** Lets the operations be refused that a rule says are accepted. */
export function refusing(rule: DocumentedRuleId): Required<Pick<Relaxation, "mayBeRefused">> {
  return {
    mayBeRefused: ({ exchange, state, context }) =>
      context.life.ruleThatWorks(exchange.operation, state.phase) === rule,
  };
}

/**
 * Lets an operation on another widget change a widget in any way. That would explain everything that happens beside it:
 * it is suspected only where nothing else happened, in the quiet lane.
 * @param elsewhere what it does in the rest of the run, once it is proved there: anything; or the same as to its own widget
 */
export function touching(
  operation: OperationId,
  elsewhere: "anything" | "the-same",
): Pick<Relaxation, "touches" | "needsQuiet"> & Required<Pick<Relaxation, "beside">> {
  return {
    touches: operation,
    needsQuiet: true,
    beside: (state, exchange, context) => {
      if (exchange.operation !== operation || state.phase === gone) return [];
      if (elsewhere === "the-same" && exchange.origin?.lane !== "quiet")
        return withSameEffect(state, exchange, context);
      const touched = { ...state, isTouched: true };
      return [...anyState(touched, context), { ...touched, phase: gone }];
    },
  };
}

/** The states of a widget to which the same was done as to another one. */
function withSameEffect(state: State, { operation, request }: Exchange, { life }: ModelContext): State[] {
  const kept = withoutValues(state, (name) => request.body?.[memberOf(name)] !== undefined);
  return life.afterAccepted(operation, state).map((phase) => ({ ...kept, phase }));
}
