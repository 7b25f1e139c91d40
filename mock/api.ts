import { assumedBy } from "../spec/document.ts";
import type { RuleId } from "../spec/generated/rules.ts";
import type { DescribedOperation } from "../spec/operations.ts";
import type { Validators } from "../spec/validate.ts";
import type { ApiResponse, ResponseData } from "./api-response.ts";
import type { Engine } from "./engine.ts";
import { applyFaults, type FaultContext } from "./faults/apply-faults.ts";
import { ConnectionReset, truncateResponse } from "./faults/broken-connection.ts";
import type { OperationCall } from "./operations/operation-call.ts";
import { operationHandlers } from "./operations/widget-operations.ts";
import { Refusal, refusalResponse } from "./refusal.ts";
import { checkAccept } from "./request/accept.ts";
import { authenticate } from "./request/authenticate.ts";
import { checkMediaType, parseJson, readBody } from "./request/body.ts";
import { readParameters } from "./request/parameters.ts";
import type { Route } from "./request/route.ts";
import { pathOf, searchOf } from "./request/target.ts";
import { validateBody } from "./request/validate-body.ts";
import { preflightResponse, toResponse } from "./respond.ts";
import { journalEntryOf, type RequestRecord } from "./world/journal.ts";
import type { World } from "./world/world.ts";

/** A request on its way, with what is known about it so far. */
interface RequestContext {
  readonly engine: Engine;
  readonly began: number;
  readonly method: string;
  readonly path: string;
  /** The assumed rules met so far, besides those of the operation. */
  readonly assumptions: RuleId[];
  requestId?: string;
  organization?: string;
  operation?: DescribedOperation;
}

/**
 * Answers any request to the API, synchronously unless something has to be waited for.
 * @throws ConnectionReset if a fault breaks the connection
 */
export function answerApi(engine: Engine, request: Request): Response | Promise<Response> {
  const context: RequestContext = {
    engine,
    began: performance.now(),
    method: request.method,
    path: pathOf(request.url),
    assumptions: [],
  };
  if (request.method === "OPTIONS" && engine.router.methodsAt(context.path).length > 0) {
    return preflightResponse(request.headers, engine.router.methodsAt(context.path), engine.worlds.nextRequestId());
  }
  const respond = (response: ApiResponse) => finish(context, response);
  const reject = (error: unknown) => rejectionResponse(context, error);
  let response: ApiResponse | Promise<ApiResponse>;
  try {
    const route = authorize(context, request);
    response = mayHaveFaults(context, request.headers)
      ? applyFaults(faultContextOf(context, route.operation), request.headers, () =>
          readAndPerform(context, request, route),
        )
      : readAndPerform(context, request, route);
  } catch (error) {
    response = reject(error);
  }
  return response instanceof Promise ? response.catch(reject).then(respond) : respond(response);
}

/**
 * Answers a request that could not become a Request, because its target or its Host header is invalid.
 * @param error what was thrown instead, if it is a bug
 */
export function answerUnread(
  engine: Engine,
  error: unknown = new Refusal("malformed_target"),
  { method, path }: Pick<RequestContext, "method" | "path"> = { method: "-", path: "-" },
): Response {
  const context: RequestContext = { engine, began: performance.now(), method, path, assumptions: [] };
  return finish(context, rejectionResponse(context, error));
}

// The steps of a request are in the order of A-ORDER-1: the first that fails decides the rejection.

/** 404 route, 405, 401. Faults come next, where A-ORDER-1 has 429. */
function authorize(context: RequestContext, request: Request): Route {
  const { engine, method, path } = context;
  const route = engine.router.match(method, path);
  context.operation = route.operation;
  const organization = organizationOf(engine, request.headers, route);
  if (organization !== undefined) context.organization = organization;
  return route;
}

/** The organization of the API key, or for a visitor that of the widget. */
function organizationOf({ keys, worlds }: Engine, headers: Headers, { operation, params }: Route): string | undefined {
  return operation.security === "apiKey"
    ? authenticate(headers, keys)
    : worlds.findByWidget(params["id"] ?? "")?.organization;
}

/** A cheap test first: nearly all requests meet neither a fault nor a preference. */
function mayHaveFaults({ engine, organization }: RequestContext, headers: Headers): boolean {
  const own = worldOf(engine, organization)?.faults;
  return headers.has("prefer") || !engine.worlds.faults.isEmpty || (own !== undefined && !own.isEmpty);
}

function faultContextOf(context: RequestContext, operation: DescribedOperation): FaultContext {
  return {
    engine: context.engine,
    operation,
    organization: context.organization,
    requestId: () => requestIdOf(context),
    assumptionsOf: (status) => assumptionsOf(context.engine, operation, { status, met: [] }),
    refusalResponse: (error) => rejectionResponse(context, error),
  };
}

/** 413, then the rest. The validators are a promise only before the first request of a dialect that has its own. */
function readAndPerform(context: RequestContext, request: Request, route: Route): ApiResponse | Promise<ApiResponse> {
  const validators = context.engine.validators();
  const takesBody = route.operation.mediaTypes.length > 0;
  if (!takesBody && !(validators instanceof Promise)) {
    return validateAndPerform(context, { request, route, bytes: undefined }, validators);
  }
  return Promise.all([validators, takesBody ? readBody(request) : undefined]).then(([ready, bytes]) =>
    validateAndPerform(context, { request, route, bytes }, ready),
  );
}

/** A request whose body has been read. */
interface ReadRequest {
  readonly request: Request;
  readonly route: Route;
  readonly bytes: Uint8Array | undefined;
}

/** 415, 406, 400, 422 idempotency, 404 widget, 409 state. Synchronous, so that no other request comes between. */
function validateAndPerform(
  context: RequestContext,
  { request: { url, headers }, route: { operation, params }, bytes }: ReadRequest,
  validators: Validators,
): ApiResponse {
  const { engine, method, path, organization, assumptions } = context;
  const { document, choices } = engine.dialect;
  const noteAssumption = (rule: RuleId): void => void assumptions.push(rule);

  if (bytes) checkMediaType(headers, operation.mediaTypes);
  checkAccept(headers);
  const json = bytes && parseJson(bytes);
  const body = json ? validateBody({ document, operation, validate: validators.bodies[operation.id] }, json.value) : {};
  const parameters = readParameters(
    { document, operation, validate: validators.parameters[operation.id] },
    { search: searchOf(url), headers },
    { overMaximum: choices["A-LIST-2"], noteAssumption },
  );
  const id = params["id"] ?? "";
  const world = worldOf(engine, organization);
  if (!world) throw new Refusal("not_found", { values: { id }, rule: "A-VIS-1" });
  // A crawl that is due ends before the request sees its widget.
  world.clock.runDueTasks();
  const requestId = requestIdOf(context);
  const call: OperationCall = {
    engine,
    world,
    operation,
    requestId,
    id,
    params,
    headers,
    parameters,
    body,
    noteAssumption,
  };
  const response = replayOrPerform(call, `${method} ${path}\n${json?.text ?? ""}`);
  return { ...response, assumed: assumptionsOf(engine, operation, { status: response.status, met: assumptions }) };
}

/** Performs an operation, or replays its earlier response to the same Idempotency-Key (A-IDEM-1). */
function replayOrPerform(call: OperationCall, request: string): ResponseData {
  const { engine, world, parameters, noteAssumption } = call;
  const key = engine.dialect.choices["A-IDEM-1"] === "honour" ? parameters["Idempotency-Key"] : undefined;
  if (typeof key !== "string") return performOperation(call);
  noteAssumption("A-IDEM-1");
  const stored = world.idempotency.find(key, request, world.clock.now());
  if (stored === "mismatch") throw new Refusal("idempotency_mismatch");
  if (stored) return { ...stored, headers: { ...stored.headers, "Idempotency-Replayed": "true" } };
  const response = performOperation(call);
  world.idempotency.store(key, { at: world.clock.now(), request, response });
  return response;
}

function performOperation(call: OperationCall): ResponseData {
  const { operation } = call;
  const handler = operationHandlers[operation.id];
  if (!handler) throw new Error(`no handler for the operation ${operation.id}`);
  const { status = operation.success, body, headers = {} } = handler(call);
  return { status, body, mediaType: "application/json", headers };
}

/** The assumed rules of a response: the operation's, its own, and those met on the way. */
function assumptionsOf(
  engine: Engine,
  operation: DescribedOperation,
  { status, met }: { readonly status: number; readonly met: readonly RuleId[] },
): readonly RuleId[] {
  const rules = engine.dialect.document["x-rules"];
  const response = operation.responses.get(status);
  const assumptions: RuleId[] = [];
  for (const group of [operation.assumed, response ? assumedBy(response) : [], met]) {
    for (const id of group) {
      if (rules[id].basis === "assumed" && !assumptions.includes(id) && !isOmitted(engine, id)) assumptions.push(id);
    }
  }
  return assumptions;
}

/** A rule that the dialect omits is no assumption. */
function isOmitted({ dialect }: Engine, rule: RuleId): boolean {
  const choices: { readonly [rule in RuleId]?: string } = dialect.choices;
  return choices[rule] === "omit";
}

/** The response to a rejected request; any error but a Refusal is a bug and is reported to the observer. */
function rejectionResponse(context: RequestContext, error: unknown): ApiResponse {
  const { engine, organization, operation, assumptions } = context;
  const requestId = requestIdOf(context);
  const refusal = error instanceof Refusal ? error : new Refusal("internal");
  if (refusal !== error) engine.observer.onError?.(error, requestId);
  const { document, choices } = engine.dialect;
  const response = refusalResponse(
    { problems: document["x-problems"], rules: document["x-rules"], form: choices["A-ERR-1"] },
    refusal,
    requestId,
  );
  // Behind the authorization, how it was granted is an assumption as well.
  const admitted = organization !== undefined && operation ? operation.assumed : [];
  const assumed = [...new Set<RuleId>([...admitted, ...response.assumed, ...assumptions])];
  return { ...response, assumed: assumed.filter((rule) => document["x-rules"][rule].basis === "assumed") };
}

/** Records a response in the journal, publishes it, and makes it a Response. */
function finish(context: RequestContext, answer: ApiResponse): Response {
  const { engine, organization, operation, method, path } = context;
  const world = worldOf(engine, organization);
  const requestId = requestIdOf(context);
  const record: RequestRecord = {
    requestId,
    at: (world?.clock ?? engine.worlds).now(),
    operation: operation?.id,
    method,
    path,
    status: answer.connection === "reset" ? 0 : answer.status,
    code: answer.code,
    rule: answer.rule,
    assumed: answer.assumed,
    faults: answer.faults,
  };
  world?.journal.add(record);
  publish(context, record, world);
  if (answer.connection === "reset") throw new ConnectionReset();
  const response = toResponse(answer, requestId, engine.version);
  return answer.connection === "truncate" ? truncateResponse(response, answer.body) : response;
}

/** Reports a response to the observer and the event stream. Its JSON is made only if somebody listens. */
function publish({ engine, began }: RequestContext, record: RequestRecord, world: World | undefined): void {
  const { observer, worlds } = engine;
  const { events } = worlds;
  if (!observer.onResponse && !events.hasSubscribers) return;
  const entry = journalEntryOf(record, world?.name);
  observer.onResponse?.(entry, performance.now() - began);
  if (!events.hasSubscribers) return;
  events.publish({ type: "request.answered", trace: record.requestId, ...entry }, world?.organization);
}

/** The id of the request, by the count of its world. It is drawn when first asked for. */
function requestIdOf(context: RequestContext): string {
  context.requestId ??= (worldOf(context.engine, context.organization) ?? context.engine.worlds).nextRequestId();
  return context.requestId;
}

function worldOf({ worlds }: Engine, organization: string | undefined): World | undefined {
  return organization === undefined ? undefined : worlds.worldOf(organization);
}
