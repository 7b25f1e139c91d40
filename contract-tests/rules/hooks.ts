import type { DocumentedRuleId } from "../../spec/generated/rules.ts";
import { gone } from "../model/life-cycle.ts";
import type { Relaxation } from "../model/relaxation.ts";
import { anyState } from "../model/state.ts";
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
 * @param isEverywhere whether what it proves there explains the rest of the run too
 */
export function touching(
  operation: OperationId,
  isEverywhere = false,
): Pick<Relaxation, "touches" | "needsQuiet"> & Required<Pick<Relaxation, "beside">> {
  return {
    touches: operation,
    needsQuiet: true,
    beside: (state, exchange, context) => {
      const isSure = exchange.operation === operation && (isEverywhere || exchange.origin?.lane === "quiet");
      return isSure && state.phase !== gone ? [...anyState(state, context), { ...state, phase: gone }] : [];
    },
  };
}
