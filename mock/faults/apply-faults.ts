import type { RuleId } from "../../spec/generated/rules.ts";
import type { DescribedOperation } from "../../spec/operations.ts";
import type { ApiResponse } from "../api-response.ts";
import type { Engine } from "../engine.ts";
import { Refusal, refusalResponse } from "../refusal.ts";
import { type DocumentedResponse, documentedResponse } from "./documented-response.ts";
import type { FaultEffect } from "./faults.ts";
import { readPrefer } from "./prefer.ts";
import { preferredResponse } from "./preferred-response.ts";

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
  refusalResponse(error: unknown): ApiResponse;
}

/** Performs the operation; a promise if the body has to be waited for. */
type Perform = () => ApiResponse | Promise<ApiResponse>;

/**
 * Performs an operation, unless its client prefers a documented response or a fault was injected. Called where A-ORDER-1
 * has 429.
 * @throws Refusal if the preferred response is not documented, or a rate limit is exceeded
 */
export function applyFaults(
  context: FaultContext,
  headers: Headers,
  perform: Perform,
): ApiResponse | Promise<ApiResponse> {
  const preference = readPrefer(headers);
  if (preference && preference.code !== String(context.operation.success)) {
    const { headers: documented, ...response } = preferredResponse(context, preference);
    const applied = { ...documented, "Preference-Applied": `code=${preference.code}` };
    return asApiResponse(context, { ...response, headers: applied });
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

async function respondWith(context: FaultContext, effect: FaultEffect, perform: Perform): Promise<ApiResponse> {
  const { faults, delayMs, connection, headers, retryAfterSeconds } = effect;
  // The client is the one who waits, so the delay is in real time, whatever the world's clock.
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
  const rateLimited = () => new Refusal("rate_limited", { headers: { "Retry-After": String(retryAfterSeconds) } });
  const response =
    retryAfterSeconds === undefined
      ? await performOrFake(context, effect, perform)
      : context.refusalResponse(rateLimited());
  const broken = connection === undefined ? {} : { connection };
  return { ...response, headers: { ...response.headers, ...headers }, faults, ...broken };
}

async function performOrFake(
  context: FaultContext,
  { status, connection, carriedOut }: FaultEffect,
  perform: Perform,
): Promise<ApiResponse> {
  const isCarriedOut = carriedOut ?? (status === undefined && connection !== "reset");
  const response = isCarriedOut ? await performOrReject(context, perform) : undefined;
  if (status !== undefined) return responseWithStatus(context, status);
  return response ?? { status: 0, body: null, mediaType: "application/json", headers: {}, assumed: [] };
}

async function performOrReject(context: FaultContext, perform: Perform): Promise<ApiResponse> {
  try {
    return await perform();
  } catch (error) {
    return context.refusalResponse(error);
  }
}

/** The documented response with a status, or a generic problem if none is documented. */
function responseWithStatus(context: FaultContext, status: number): ApiResponse {
  const { engine, operation } = context;
  const { document, choices } = engine.dialect;
  const requestId = context.requestId();
  if (operation.responses.has(status)) {
    return asApiResponse(context, documentedResponse({ document, operation, requestId }, { status }));
  }
  const fault = { status, title: "Fault", rule: "A-ERR-1", detail: "This response is an injected fault." } as const;
  const problems = { problems: { fault }, rules: document["x-rules"], form: choices["A-ERR-1"] };
  return refusalResponse(problems, new Refusal("fault"), requestId);
}

function asApiResponse(context: FaultContext, { code, ...response }: DocumentedResponse): ApiResponse {
  const problems = context.engine.dialect.document["x-problems"];
  const rule = code === undefined ? undefined : problems[code]?.rule;
  return {
    ...response,
    assumed: context.assumptionsOf(response.status),
    ...(code === undefined ? {} : { code }),
    ...(rule === undefined ? {} : { rule }),
  };
}
