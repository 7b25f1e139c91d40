import type { RuleId } from "../../spec/generated/rules.ts";
import type { DescribedOperation } from "../../spec/operations.ts";
import type { Engine } from "../engine.ts";
import type { Answer } from "../http/answer.ts";
import type { HeaderLookup } from "../http/exchange.ts";
import { apiProblems, Refusal, refusalAnswer } from "../refusal.ts";
import { shared } from "../store/row.ts";
import { laterStep } from "../store/store.ts";
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
  /** The id of the widget that the request is about, or created. */
  widgetOf(answer: Answer): string | undefined;
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
    const before = headers[name];
    // The fields of rate limits are lists; of two times to wait, the first counts.
    if (before === undefined) headers[name] = value;
    else if (name !== "Retry-After") headers[name] = `${before}, ${value}`;
  }
  const waits = [one.retryAfterSeconds, other.retryAfterSeconds].filter((seconds) => seconds !== undefined);
  return {
    faults: [...one.faults, ...other.faults],
    delayMs: one.delayMs + other.delayMs,
    status: one.status ?? other.status,
    connection: one.connection ?? other.connection,
    carriedOut: one.carriedOut ?? other.carriedOut,
    crawl: one.crawl ?? other.crawl,
    staleSeconds: one.staleSeconds ?? other.staleSeconds,
    retryAfterSeconds: waits.length > 0 ? Math.max(...waits) : undefined,
    headers,
  };
}

async function respondWith(context: FaultContext, effect: FaultEffect, perform: Perform): Promise<Answer> {
  const { faults, delayMs, connection, headers, retryAfterSeconds } = effect;
  // The client is the one who waits, so the delay is in real time, whatever the world's clock.
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
  const { persistence } = context.engine;
  const rateLimited = () => new Refusal("rate_limited", { headers: { "Retry-After": String(retryAfterSeconds) } });
  const response =
    retryAfterSeconds === undefined
      ? await (persistence && delayMs > 0
          ? persistence.step(laterStep(context.organization ?? shared), () => performOrFake(context, effect, perform))
          : performOrFake(context, effect, perform))
      : context.rejectionAnswer(rateLimited());
  const broken = connection === undefined ? {} : { connection };
  return { ...response, headers: { ...response.headers, ...headers }, faults, ...broken };
}

async function performOrFake(context: FaultContext, effect: FaultEffect, perform: Perform): Promise<Answer> {
  const { status, connection, carriedOut } = effect;
  const isCarriedOut = carriedOut ?? (status === undefined && connection !== "reset");
  const response = isCarriedOut ? await performWithEffect(context, effect, perform) : undefined;
  if (status !== undefined) return responseWithStatus(context, status);
  return response ?? { status: 0, body: null };
}

/** Performs an operation whose crawl is to fail, or whose change reads are to lag behind. */
async function performWithEffect(
  context: FaultContext,
  { crawl, staleSeconds }: FaultEffect,
  perform: Perform,
): Promise<Answer> {
  const { operation, engine } = context;
  const world = engine.worlds.find(context.organization ?? "");
  const former = staleSeconds === undefined ? undefined : formerWidget(context);
  const answer = await performOrReject(context, perform);
  if (!world) return answer;
  const { widget } = world.life.find(context.widgetOf(answer) ?? "");
  if (crawl !== undefined && widget && answer.status < 300) world.crawler.letFail(widget);
  if (staleSeconds === undefined) return answer;
  const { staleReads } = world.faults;
  const now = world.clock.now();
  if (operation.method === "GET") return staleReads.rewrite(answer, now);
  if (former && widget && answer.status < 300) {
    staleReads.remember(widget.id, { text: former, until: now + staleSeconds * 1000 }, now);
  }
  return answer;
}

/** The widget that a request is about as it is before it, in JSON; undefined for one that is yet to be created. */
function formerWidget({ engine, organization = "", widgetOf }: FaultContext): string | undefined {
  const { widget } = engine.worlds.find(organization)?.life.find(widgetOf({ status: 0, body: null }) ?? "") ?? {};
  return widget && engine.widgetJson.textOf(widget);
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
  const detail = "This response is an injected fault.";
  if (operation.responses.has(status)) {
    // The examples of what a server may answer to anything suit every request; others are about one.
    const own = status < 500 ? { detail } : {};
    return withRules(context, documentedAnswer({ document, operation, requestId, ...own }, { status }));
  }
  const fault = { status, title: "Fault", rule: "A-ERR-1", detail } as const;
  return refusalAnswer({ ...apiProblems(engine.dialect), problems: { fault } }, new Refusal("fault"), requestId);
}

function withRules(context: FaultContext, answer: Answer): Answer {
  const problems = context.engine.dialect.document["x-problems"];
  const rule = answer.code === undefined ? undefined : problems[answer.code]?.rule;
  return { ...answer, assumed: context.assumptionsOf(answer.status), ...(rule === undefined ? {} : { rule }) };
}
