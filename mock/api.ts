import type { Validators } from "../spec/validate.ts";
import type { Answer } from "./http/answer.ts";
import type { MockExchange } from "./http/exchange.ts";
import type { Surface } from "./http/surface.ts";
import { Refusal, refusalAnswer } from "./refusal.ts";
import { checkAccept } from "./request/accept.ts";
import { checkMediaType, maxBodyBytes, parseJson, receivedBytes } from "./request/body.ts";
import { checkExtent } from "./request/check-extent.ts";
import { readParameters } from "./request/parameters.ts";
import { newRequestContext, type RequestContext } from "./request/request-context.ts";
import type { Route } from "./request/route.ts";
import { validateBody } from "./request/validate-body.ts";

/**
 * Answers a request to the API or to the control plane, synchronously unless something has to be waited for. Read from top
 * to bottom, its steps are in the order of A-ORDER-1: the first that fails decides the rejection.
 */
export function answerRequest(surface: Surface, exchange: MockExchange): Answer | Promise<Answer> {
  const context = newRequestContext(exchange);
  const finish = (answer: Answer) => surface.finish(context, answer);
  const reject = (error: unknown) => rejectionAnswer(surface, context, error);
  let answer: Answer | Promise<Answer>;
  try {
    answer = admit(surface, context);
  } catch (error) {
    answer = reject(error);
  }
  return answer instanceof Promise ? answer.catch(reject).then(finish) : finish(answer);
}

/** 404 route, 405, 401. Faults come next, where A-ORDER-1 has 429. The control plane has a guard before all of it. */
function admit(surface: Surface, context: RequestContext): Answer | Promise<Answer> {
  const { method, path } = context.exchange;
  surface.begin(context);
  surface.guard(context);
  const route = surface.router.match(method, path);
  context.operation = route.operation;
  surface.authorize(context, route);
  return surface.withFaults(context, route, () => validate(surface, context, route));
}

/** The validators are a promise only before the first request of a dialect that has its own. */
function validate(surface: Surface, context: RequestContext, route: Route): Answer | Promise<Answer> {
  const validators = surface.validators();
  return validators instanceof Promise
    ? validators.then((ready) => validateAndPerform(surface, context, { route, validators: ready }))
    : validateAndPerform(surface, context, { route, validators });
}

/**
 * 413, 415, 406, 400. Then it is carried out: 422/409 idempotency, 404 widget, 409 state (`operations/perform-operation.ts`).
 * Synchronous, so that no other request comes between.
 */
function validateAndPerform(
  surface: Surface,
  context: RequestContext,
  { route, validators }: { readonly route: Route; readonly validators: Validators },
): Answer | Promise<Answer> {
  const { document, negotiates } = surface;
  const { exchange, assumptions } = context;
  const { operation } = route;
  const { header, search } = exchange;
  const takesBody = operation.mediaTypes.length > 0;

  const limit = surface.maxBodyBytes(operation.id);
  const bytes = takesBody ? receivedBytes(exchange.body, limit) : undefined;
  if (negotiates && bytes) checkMediaType(header, operation.mediaTypes);
  if (negotiates) checkAccept(header);
  if (bytes && limit === maxBodyBytes) checkExtent(bytes);
  const json = bytes && (negotiates || bytes.byteLength > 0) ? parseJson(bytes) : undefined;
  context.bodyText = json?.text;
  const body = takesBody
    ? validateBody({ document, operation, validate: validators.bodies[operation.id] }, json ? json.value : {})
    : {};
  const parameters = readParameters(
    { document, operation, validate: validators.parameters[operation.id] },
    { search, header },
    {
      overMaximum: surface.overMaximum,
      noteAssumption: (rule) => void assumptions.push(rule),
      noteIgnored: (parameter) => void context.ignored.push(parameter),
    },
  );
  return surface.perform(context, { route, parameters, body, text: json?.text });
}

/** Makes the answer to a rejected request; any error but a Refusal is a bug and is reported to the observer. */
export function rejectionAnswer(surface: Surface, context: RequestContext, error: unknown): Answer {
  const { engine, problems } = surface;
  const requestId = surface.nextRequestId(context);
  const refusal = error instanceof Refusal ? error : new Refusal("internal");
  if (refusal !== error) engine.observer.onError?.(error, requestId);
  const answer = refusalAnswer(problems, refusal, requestId);
  // Behind the authorization, how it was granted is an assumption as well.
  const admitted = context.organization !== undefined && context.operation ? context.operation.assumed : [];
  const assumed = new Set([...admitted, ...(answer.assumed ?? []), ...context.assumptions]);
  return { ...answer, assumed: [...assumed].filter((rule) => problems.rules[rule].basis === "assumed") };
}

/** Answers a request that could not be read, such as one whose Host header is invalid, or one that met a bug. */
export function answerUnread(surface: Surface, exchange: MockExchange, error: unknown): Answer {
  const context = newRequestContext(exchange);
  return surface.finish(context, rejectionAnswer(surface, context, error));
}
