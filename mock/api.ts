import type { DescribedOperation } from "../spec/operations.ts";
import type { Validators } from "../spec/validate.ts";
import type { Answer } from "./http/answer.ts";
import { isBodyStream, type MockExchange } from "./http/exchange.ts";
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
 * Answers a request to the API or to the control plane, synchronously unless something has to be waited for. Its steps are
 * in the order of A-ORDER-1, from top to bottom of this file; the first that fails throws the Refusal that is the answer.
 *
 *     answerRequest  begins, and finishes: record, common headers
 *     admit          guard, route (404, 405), key (401), injected faults (429)
 *     readBody       size (413), media type (415), Accept (406), JSON (400)
 *     performValid   body and parameters against the document (400)
 *     perform        idempotency (422, 409), widget (404), state (409), the operation (`operations/perform-operation.ts`)
 *
 * What differs between the API and the control plane is behind `surface`.
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

/** Finds the operation and who calls. The control plane has a guard before that; faults follow, where A-ORDER-1 has 429. */
function admit(surface: Surface, context: RequestContext): Answer | Promise<Answer> {
  const { method, path } = context.exchange;
  surface.begin(context);
  surface.guard(context);
  const route = surface.router.match(method, path);
  context.operation = route.operation;
  surface.authorize(context, route);
  return surface.withFaults(context, route, () => performWhenReady(surface, context, route));
}

/** The validators are a promise only before the first request of a dialect that has its own. */
function performWhenReady(surface: Surface, context: RequestContext, route: Route): Answer | Promise<Answer> {
  const validators = surface.validators();
  return validators instanceof Promise
    ? validators.then((ready) => performValid(surface, context, { route, validators: ready }))
    : performValid(surface, context, { route, validators });
}

/** Checks size (413), media type (415), Accept (406), extent and syntax (400); undefined without a body. */
function readBody(
  surface: Surface,
  { exchange: { header, body } }: RequestContext,
  { mediaTypes }: DescribedOperation,
): ReturnType<typeof parseJson> | undefined {
  const { negotiates } = surface;
  const bytes = mediaTypes.length > 0 ? receivedBytes(body, maxBodyBytes) : undefined;
  if (negotiates && bytes) checkMediaType(header, mediaTypes);
  if (negotiates) checkAccept(header);
  if (bytes) checkExtent(bytes);
  return bytes && (negotiates || bytes.byteLength > 0) ? parseJson(bytes) : undefined;
}

/** Validates the body and the parameters, and carries the request out: synchronously, so that no other comes between. */
function performValid(
  surface: Surface,
  context: RequestContext,
  { route, validators }: { readonly route: Route; readonly validators: Validators },
): Answer | Promise<Answer> {
  const { operation } = route;
  // What is streamed is checked by whoever reads it.
  const isStreamed = isBodyStream(context.exchange.body);
  const json = isStreamed ? undefined : readBody(surface, context, operation);
  context.bodyText = json?.text;
  const { document } = surface;
  const body =
    operation.mediaTypes.length > 0 && !isStreamed
      ? validateBody({ document, operation, validate: validators.bodies[operation.id] }, json ? json.value : {})
      : {};
  const parameters = readParameters(
    { document, operation, validate: validators.parameters[operation.id] },
    context.exchange,
    {
      overMaximum: surface.overMaximum,
      noteAssumption: (rule) => void context.assumptions.push(rule),
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
