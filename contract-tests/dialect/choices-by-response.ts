import { resolveDialect } from "../../spec/dialect.ts";
import { type CallInState, callText, statusText } from "./calls-in-state.ts";
import { choiceRules } from "./choice-rules.ts";
import type { DialectContext } from "./dialect-context.ts";
import type { DialectObservation, Shown } from "./observation.ts";
import { responsePredictor } from "./predicted-response.ts";

/**
 * Observes the choices that decide the status of a response. Each choice is applied to the document, and what that says is
 * compared with what came back: nothing here knows what a choice means.
 */
export function observeChoicesByResponse(context: DialectContext): DialectObservation[] {
  const { published, choices: known, callsInState } = context;
  const groups = groupSimilar(callsInState);
  return choiceRules(published).flatMap(({ rule, choices }) => {
    // A choice with values is a word in a response, and decides no status.
    const candidates = choices.filter(({ values }) => values === undefined);
    if (candidates.every(({ patch }) => patch === undefined)) return [];
    const predictors = candidates.map(({ choice }) => {
      const { document } = resolveDialect(published, { ...known, [rule]: choice });
      return { choice, predict: responsePredictor(document) };
    });
    return groups.flatMap((group): DialectObservation[] => {
      const [call] = group;
      const predictions = predictors.map(({ choice, predict }) => ({ choice, status: predict(call)?.status }));
      const shown = shownChoice(predictions, call, call.exchange.probe === rule);
      return shown ? group.map(({ exchange }) => ({ rule, calls: [exchange], ...shown })) : [];
    });
  });
}

type CallGroup = readonly [CallInState, ...(readonly CallInState[])];

/** Groups the calls of which a document says the same. */
function groupSimilar(calls: readonly CallInState[]): CallGroup[] {
  const groups = new Map<string, CallGroup>();
  for (const call of calls) {
    const { exchange, status, states } = call;
    const key = JSON.stringify([exchange.operation, status, states, exchange.probe && exchange.request.body]);
    const group = groups.get(key);
    groups.set(key, group ? [...group, call] : [call]);
  }
  return [...groups.values()];
}

interface Prediction {
  readonly choice: string;
  readonly status: number | undefined;
}

/** The choice that a response shows: the one that predicts its status, or else the one that predicts its success. */
function shownChoice(predictions: readonly Prediction[], call: CallInState, isProbe: boolean): Shown | undefined {
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

function isSuccess(status: number | undefined): boolean {
  return status !== undefined && status < 300;
}
