import type { RuleId } from "../../spec/generated/rules.ts";
import type { DescribedOperation } from "../../spec/operations.ts";
import type { ApiResponse } from "../api-response.ts";
import type { Engine } from "../engine.ts";
import { Refusal, refusalResponse } from "../refusal.ts";
import { documentedResponse, examplesOf } from "./documented-response.ts";
import type { FaultEffect } from "./faults.ts";
import { type Preference, readPrefer } from "./prefer.ts";

/** What stands between a request that was let in and its operation. */
export interface FaultContext {
  readonly engine: Engine;
  readonly operation: DescribedOperation;
  readonly organization: string | undefined;
  /** Names the request, when it is first asked for. */
  requestId(): string;
  /** The assumed rules of an answer with a status. */
  assumptionsOf(status: number): readonly RuleId[];
  /** The answer to a request that was refused on its way. */
  refusalResponse(error: unknown): ApiResponse;
}

/** Carries a request out; it may have to wait for the body. */
type CarryOut = () => ApiResponse | Promise<ApiResponse>;

/**
 * Carries a request out, unless its client prefers a documented answer, or something is to go wrong on purpose. It stands
 * where A-ORDER-1 has 429.
 * @throws Refusal where the preference is for no documented answer, or a rate limit is used up
 */
export function applyFaults(
  gate: FaultContext,
  headers: Headers,
  carryOut: CarryOut,
): ApiResponse | Promise<ApiResponse> {
  const preference = readPrefer(headers);
  if (preference && preference.code !== String(gate.operation.success)) return preferred(gate, preference);
  const trouble = troubleFor(gate);
  return trouble ? troubled(gate, trouble, carryOut) : carryOut();
}

function preferred(gate: FaultContext, { code, example }: Preference): ApiResponse {
  const { engine, operation } = gate;
  const examples = /^\d{3}$/.test(code) ? examplesOf(operation, Number(code)) : undefined;
  const refuse = (known: readonly (string | number)[], what: string) => {
    const fault = { parameter: "Prefer", code: "enum", detail: `${what} must be one of ${known.join(", ")}` };
    const summary = `${operation.id} documents no such answer: ${fault.detail}.`;
    return new Refusal("validation_error", { values: { summary }, issues: [fault] });
  };
  if (!examples) throw refuse([...operation.responses.keys()], "code");
  if (example !== undefined && !examples.includes(example)) throw refuse(examples, "example");
  const answer = documentedResponse(engine.dialect.document, operation, Number(code), gate.requestId(), example);
  const headers = { ...answer.headers, "Preference-Applied": `code=${code}` };
  return { ...told(gate, answer), headers };
}

/** What strikes this call: delays add up, and of statuses and broken connections the first counts. */
function troubleFor({ engine, operation, organization }: FaultContext): FaultEffect | undefined {
  const { worlds } = engine;
  const world = organization === undefined ? undefined : worlds.worldOf(organization);
  const now = (world?.clock ?? worlds).now();
  const call = { operation: operation.id, organization: organization ?? "", now };
  const [first, ...others] = [...worlds.faults.effectsOn(call), ...(world?.faults.effectsOn(call) ?? [])];
  return first && others.reduce(together, first);
}

function together(one: FaultEffect, other: FaultEffect): FaultEffect {
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

async function troubled(gate: FaultContext, trouble: FaultEffect, carryOut: CarryOut): Promise<ApiResponse> {
  const { faults, delayMs, connection, headers, retryAfterSeconds } = trouble;
  // It is the client who waits, so this is real time, whatever the world's clock.
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
  const tooMany = () => new Refusal("rate_limited", { headers: { "Retry-After": String(retryAfterSeconds) } });
  const answer =
    retryAfterSeconds === undefined ? await struck(gate, trouble, carryOut) : gate.refusalResponse(tooMany());
  const broken = connection === undefined ? {} : { connection };
  return { ...answer, headers: { ...answer.headers, ...headers }, faults, ...broken };
}

async function struck(
  gate: FaultContext,
  { status, connection, carriedOut }: FaultEffect,
  carryOut: CarryOut,
): Promise<ApiResponse> {
  const isCarriedOut = carriedOut ?? (status === undefined && connection !== "reset");
  const answer = isCarriedOut ? await answered(gate, carryOut) : undefined;
  if (status !== undefined) return answerWith(gate, status);
  return answer ?? { status: 0, body: null, mediaType: "application/json", headers: {}, assumed: [] };
}

/** What carrying the request out comes to, a refusal included. */
async function answered(gate: FaultContext, carryOut: CarryOut): Promise<ApiResponse> {
  try {
    return await carryOut();
  } catch (error) {
    return gate.refusalResponse(error);
  }
}

/** The documented answer with a status, or one of our own where there is none. */
function answerWith(gate: FaultContext, status: number): ApiResponse {
  const { engine, operation } = gate;
  const { document, choices } = engine.dialect;
  const requestId = gate.requestId();
  if (operation.responses.has(status)) return told(gate, documentedResponse(document, operation, status, requestId));
  const fault = { status, title: "Fault", rule: "A-ERR-1", detail: "This answer was asked for, as a fault." } as const;
  const problems = { problems: { fault }, rules: document["x-rules"], form: choices["A-ERR-1"] };
  return refusalResponse(problems, new Refusal("fault"), requestId);
}

function told(gate: FaultContext, answer: ReturnType<typeof documentedResponse>): ApiResponse {
  const problems = gate.engine.dialect.document["x-problems"];
  const rule = answer.code === undefined ? undefined : problems[answer.code]?.rule;
  const { code, ...reply } = answer;
  return {
    ...reply,
    assumed: gate.assumptionsOf(answer.status),
    ...(code === undefined ? {} : { code }),
    ...(rule === undefined ? {} : { rule }),
  };
}
