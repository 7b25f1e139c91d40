import { groupBy } from "../history/group-by.ts";
import { type CallInState, callText, statusText } from "./calls-in-state.ts";
import { choiceDocuments, choiceRules } from "./choice-rules.ts";
import type { DialectContext, DialectObservation, Shown } from "./observation.ts";
import { isSuccess, responsePredictor } from "./predicted-response.ts";

/**
 * Observes the choices that decide the status of a response. Each choice is applied to the document, and what that says is
 * compared with what came back: nothing here knows what a choice means.
 */
export function observeChoicesByResponse(context: DialectContext): DialectObservation[] {
  const { published, choices: known, callsInState } = context;
  const groups = [...groupBy(callsInState, predictionKey).values()];
  return choiceRules(published).flatMap(({ rule, choices }) => {
    if (choices.every(({ patch, values }) => patch === undefined || values !== undefined)) return [];
    const predictors = choiceDocuments(published, rule, known).map(({ choice, document }) => ({
      choice,
      predict: responsePredictor(document),
    }));
    return groups.flatMap((group): DialectObservation[] => {
      const [call] = group;
      if (!call) return [];
      const predictions = predictors.map(({ choice, predict }) => ({ choice, status: predict(call)?.status }));
      const shown = shownChoice(predictions, call, call.exchange.probe === rule);
      return shown ? group.map(({ exchange }) => ({ rule, calls: [exchange], ...shown })) : [];
    });
  });
}

/** Equal for calls of which a document says the same. */
function predictionKey({ exchange, status, states }: CallInState): string {
  return JSON.stringify([exchange.operation, status, states, exchange.probe && exchange.request.body]);
}

/** The choice that a response shows: the one that predicts its status, or else the one that predicts its success. */
function shownChoice(
  predictions: readonly { readonly choice: string; readonly status: number | undefined }[],
  call: CallInState,
  isProbe: boolean,
): Shown | undefined {
  const { status, exchange } = call;
  const statuses = new Set(predictions.map((one) => one.status));
  if (statuses.has(undefined) || statuses.size < 2) return undefined;
  const exact = predictions.filter((one) => one.status === status);
  if (exact.length > 0) return exact.length === 1 && exact[0] ? { choice: exact[0].choice } : undefined;
  const [first, ...others] = predictions.filter((one) => isSuccess(one.status) === isSuccess(status));
  // If no choice has this outcome, or all have, another rule says whether it is right; unless this is its probe.
  if (!first) return isProbe ? { deviation: callText(call) } : undefined;
  if (others.length > 0) {
    return { deviation: isSuccess(status) ? statusText(exchange.operation, status) : callText(call) };
  }
  // How success looks is up to the operation.
  return { choice: first.choice, deviation: isSuccess(status) ? undefined : callText(call) };
}
