import { isJsonObject } from "../../spec/merge-patch.ts";
import { acceptedMs, type Exchange, isTurnedAway, outcomeOf } from "../history/exchange.ts";
import { widgetIn } from "../history/views.ts";
import { gone } from "./life-cycle.ts";
import { memberOf, nothingKnown, pairOf } from "./members.ts";
import type { Call, Relaxed, StateChange } from "./relaxation.ts";
import { type ModelContext, type State, withoutValues } from "./state.ts";

/** The states that a widget may be in after a call on it, by what came back. */
export function statesAfter(state: State, call: Call, context: ModelContext, relaxed: Relaxed): readonly State[] {
  const outcome = outcomeOf(call.exchange);
  if (outcome === "refused") return afterRefusal(state, call.exchange, context, relaxed);
  const had = afterEffect(state, call, context, relaxed);
  if (outcome !== "done") return [state, ...had];
  if (!mayTakeAWhile(state, call, context)) return had;
  return [...had, { ...state, pending: [...(state.pending ?? []), call.exchange] }];
}

/** Whether a call was answered with 202, and its effect is neither a crawl nor a deletion, which take their time anyway. */
function mayTakeAWhile({ phase }: State, { exchange: { operation, response } }: Call, { life }: ModelContext): boolean {
  if (response?.status !== 202 || phase === gone) return false;
  return operation !== "createWidget" && !life.removes(operation) && !life.startsCrawl(operation);
}

/** The states once the first call that is pending has had its effect; the state itself if none is. */
function afterPending(state: State, context: ModelContext, relaxed: Relaxed): readonly State[] {
  const [exchange, ...pending] = state.pending ?? [];
  return exchange ? afterEffect({ ...state, pending }, { exchange, isRaced: false }, context, relaxed) : [state];
}

/** The states once each call that is pending and was answered long before a time, in milliseconds, has had its effect. */
export function withoutOverdue(state: State, time: number, context: ModelContext, relaxed: Relaxed): readonly State[] {
  const first = state.pending?.[0];
  if (!first || first.t1 + acceptedMs >= time) return [state];
  return afterPending(state, context, relaxed).flatMap((next) => withoutOverdue(next, time, context, relaxed));
}

/** The states that time alone may lead to. */
export function statesLater(state: State, context: ModelContext, relaxed: Relaxed): readonly State[] {
  const { life, members, sitesVouched } = context;
  const { phase, mayChange } = state;
  const states: State[] = [state];
  if (state.pending?.length) {
    states.push(...afterPending(state, context, relaxed).flatMap((next) => statesLater(next, context, relaxed)));
  }
  if (state.isLeaving) states.push({ ...state, phase: gone, mayChange: false, isLeaving: false });
  // A site that cannot be crawled may take its widget with it (A-FAIL-1).
  if (phase === life.initial && !sitesVouched) states.push({ ...state, phase: gone, mayChange: false, isLost: true });
  for (const next of life.afterCrawl(state)) {
    const values = forgets(relaxed, { by: "crawl", isRaced: false, state, context }) ? nothingKnown : state.values;
    const later: State = { ...state, phase: next, mayChange: false, values };
    // A first crawl may make anew what no update has written (A-CREATE-3).
    states.push(
      later,
      withoutValues(later, (name) => !state.written.has(name) && members.isCrawled(name)),
    );
  }
  states.push(...relaxed.states((one) => one.later?.(state, context)));
  // A recrawl may make texts anew at its end.
  if (mayChange && isThere(state, context)) states.push(withoutValues(state, (name) => members.isCrawled(name)));
  return states;
}

/** Whether a widget is there, and its first crawl has ended. */
export function isThere({ phase }: State, { life }: ModelContext): boolean {
  return phase !== gone && phase !== life.initial;
}

/** The states after a call that had its effect. */
function afterEffect(state: State, call: Call, context: ModelContext, relaxed: Relaxed): readonly State[] {
  const { exchange, isRaced } = call;
  const { operation, response } = exchange;
  const { life } = context;
  if (operation === "createWidget") return afterCreate(state, exchange, context, relaxed);
  if (state.phase === gone && !life.removes(operation)) {
    const revived = relaxed.states((one) => one.afterGone?.(state, context));
    // A 2xx may say in its body that there is no such widget.
    return isJsonObject(response?.body) && !widgetIn(response.body) ? [state, ...revived] : revived;
  }
  const known = forgets(relaxed, { by: operation, isRaced, state, context })
    ? { ...state, values: nothingKnown }
    : state;
  const kept = withoutSent(known, exchange, context);
  const stuck = withSent(kept, exchange, context);
  // 202: a deletion may take a while.
  if (life.removes(operation) && response?.status === 202) return [left(state), { ...state, isLeaving: true }];
  const states = life
    .afterAccepted(operation, state)
    .map((phase): State => (phase === gone ? left(state) : { ...stuck, phase }));
  return [...states, ...relaxed.states((one) => one.after?.({ ...call, before: state, kept, stuck, context }))];
}

function left(state: State): State {
  return { ...state, phase: gone, mayChange: false, isLost: false, pending: [] };
}

function forgets(relaxed: Relaxed, change: StateChange): boolean {
  return relaxed.allows((one) => one.forgets?.(change));
}

/** What is still known when a call begins to change a widget: what it sends, or a crawl may make anew, no more. */
function withoutSent(state: State, { operation, request }: Exchange, { life }: ModelContext): State {
  if (life.startsCrawl(operation))
    return withoutValues({ ...state, mayChange: true }, (name) => !state.written.has(name));
  // What of an object was not sent may stay or go back to a default (A-PATCH-1), and null puts a member back (A-PATCH-2).
  const { body } = request;
  return body === undefined ? state : withoutValues(state, (name) => body[memberOf(name)] !== undefined);
}

function withSent(state: State, { request }: Exchange, { members }: ModelContext): State {
  if (request.body === undefined) return state;
  const sent = members.valuesIn(request.body);
  return {
    ...state,
    values: new Map([...state.values, ...sent]),
    written: new Set([...state.written, ...sent.keys()]),
  };
}

function afterCreate(state: State, { response }: Exchange, context: ModelContext, relaxed: Relaxed): readonly State[] {
  const status = widgetIn(response?.body)?.["status"];
  if (status === undefined || status === context.life.initial) return [state];
  return relaxed.states((one) => one.afterCreate?.(state, context));
}

/** A call that was refused has no effect; but what brings a deleted widget back may say that it does not. */
function afterRefusal(state: State, exchange: Exchange, context: ModelContext, relaxed: Relaxed): readonly State[] {
  if (state.phase !== gone) return mayBeRefused(state, exchange, context, relaxed) ? [state] : [];
  if (context.life.removes(exchange.operation)) return [state];
  return [state, ...relaxed.states((one) => one.afterGone?.(state, context))];
}

/** Whether a call on a widget may be refused, with no effect. */
function mayBeRefused(state: State, exchange: Exchange, context: ModelContext, relaxed: Relaxed): boolean {
  const status = exchange.response?.status;
  // What is being deleted need not take anything any more.
  if (isTurnedAway(exchange) || state.isLeaving) return true;
  if (status === 404 || status === 405) return relaxed.mayBeNotFound;
  if (!context.life.mustAccept(exchange.operation, state)) return true;
  return isSpared(exchange, context) || relaxed.allows((one) => one.mayBeRefused?.({ exchange, state, context }));
}

/** Whether values may be refused honestly: those that no rule names, within other limits than ours, and what is taken (A-CREATE-4). */
function isSpared({ request, response, isTricky, ended }: Exchange, context: ModelContext): boolean {
  const { accepted, members, mayRefuse } = context;
  const { body = {} } = request;
  const unique = members.required.filter((name) => body[name] !== undefined);
  return (
    isTricky === true ||
    mayRefuse(body) ||
    unique.some((name) => response?.status === 409 || (accepted.get(pairOf(name, body[name] ?? null)) ?? ended) < ended)
  );
}
