import type { RuleId } from "../../spec/generated/rules.ts";
import type { DescribedOperation } from "../../spec/operations.ts";
import type { Engine } from "../engine.ts";
import type { Answer } from "../http/answer.ts";
import type { HeaderLookup } from "../http/exchange.ts";
import { apiProblems, Refusal, refusalAnswer } from "../refusal.ts";
import { documentedAnswer } from "./documented-answer.ts";
import type { FaultEffect } from "./faults.ts";
import { readPrefer } from "./prefer.ts";
import { preferredAnswer } from "./preferred-answer.ts";

/** An authorized request, as far as faults need it. */
export interface FaultContext {
  readonly engine: Engine;
  readonly operation: DescribedOperation;
  readonly organization: string | undefined;
  /** The id of the request. It is drawn when first asked for. */
  requestId(): string;
  /** The assumed rules of a response with this status. */
  assumptionsOf(status: number): readonly RuleId[];
  /** The response to a request that is rejected with this error. */
  rejectionAnswer(error: unknown): Answer;
}

/** Performs the operation; a promise if the body has to be waited for. */
type Perform = () => Answer | Promise<Answer>;

/**
 * Performs an operation, unless its client prefers a documented response or a fault was injected. Called where A-ORDER-1
 * has 429.
 * @throws Refusal if the preferred response is not documented, or a rate limit is exceeded
 */
export function applyFaults(context: FaultContext, header: HeaderLookup, perform: Perform): Answer | Promise<Answer> {
  const preference = readPrefer(header);
  if (preference && preference.code !== String(context.operation.success)) {
    const answer = preferredAnswer(context, preference);
    const headers = { ...answer.headers, "Preference-Applied": `code=${preference.code}` };
    return withRules(context, { ...answer, headers });
  }
  const effect = effectOn(context);
  return effect ? respondWith(context, effect, perform) : perform();
}

/** The effect of all faults on this request: delays add up; the first status and the first broken connection count. */
function effectOn({ engine, operation, organization }: FaultContext): FaultEffect | undefined {
  const { worlds } = engine;
  const world = organization === undefined ? undefined : worlds.worldOf(organization);
  const now = (world?.clock ?? worlds).now();
  const call = { operation: operation.id, organization: organization ?? "", now };
  const [first, ...others] = [...worlds.faults.effectsOn(call), ...(world?.faults.effectsOn(call) ?? [])];
  return first && others.reduce(mergeEffects, first);
}

function mergeEffects(one: FaultEffect, other: FaultEffect): FaultEffect {
  const headers: Record<string, string> = { ...one.headers };
  for (const [name, value] of Object.entries(other.headers)) {
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  const waits = [one.retryAfterSeconds, other.retryAfterSeconds].filter((seconds) => seconds !== undefined);
  return {
    faults: [...one.faults, ...other.faults],
    delayMs: one.delayMs + other.delayMs,
    status: one.status ?? other.status,
    connection: one.connection ?? other.connection,
    carriedOut: one.carriedOut ?? other.carriedOut,
    retryAfterSeconds: waits.length > 0 ? Math.max(...waits) : undefined,
    headers,
  };
}

async function respondWith(context: FaultContext, effect: FaultEffect, perform: Perform): Promise<Answer> {
  const { faults, delayMs, connection, headers, retryAfterSeconds } = effect;
  // The client is the one who waits, so the delay is in real time, whatever the world's clock.
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
  const rateLimited = () => new Refusal("rate_limited", { headers: { "Retry-After": String(retryAfterSeconds) } });
  const response =
    retryAfterSeconds === undefined
      ? await performOrFake(context, effect, perform)
      : context.rejectionAnswer(rateLimited());
  const broken = connection === undefined ? {} : { connection };
  return { ...response, headers: { ...response.headers, ...headers }, faults, ...broken };
}

async function performOrFake(
  context: FaultContext,
  { status, connection, carriedOut }: FaultEffect,
  perform: Perform,
): Promise<Answer> {
  const isCarriedOut = carriedOut ?? (status === undefined && connection !== "reset");
  const response = isCarriedOut ? await performOrReject(context, perform) : undefined;
  if (status !== undefined) return responseWithStatus(context, status);
  return response ?? { status: 0, body: null };
}

async function performOrReject(context: FaultContext, perform: Perform): Promise<Answer> {
  try {
    return await perform();
  } catch (error) {
    return context.rejectionAnswer(error);
  }
}

/** The documented response with a status, or a generic problem if none is documented. */
function responseWithStatus(context: FaultContext, status: number): Answer {
  const { engine, operation } = context;
  const { document } = engine.dialect;
  const requestId = context.requestId();
  if (operation.responses.has(status)) {
    return withRules(context, documentedAnswer({ document, operation, requestId }, { status }));
  }
  const fault = { status, title: "Fault", rule: "A-ERR-1", detail: "This response is an injected fault." } as const;
  return refusalAnswer({ ...apiProblems(engine.dialect), problems: { fault } }, new Refusal("fault"), requestId);
}

function withRules(context: FaultContext, answer: Answer): Answer {
  const problems = context.engine.dialect.document["x-problems"];
  const rule = answer.code === undefined ? undefined : problems[answer.code]?.rule;
  return { ...answer, assumed: context.assumptionsOf(answer.status), ...(rule === undefined ? {} : { rule }) };
}
