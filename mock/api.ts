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
import { preflight, toResponse } from "./respond.ts";
import type { JournalEntry } from "./world/journal.ts";
import type { World } from "./world/world.ts";

/** What is known of a request while it is on its way, for the answer, the journal and the log. */
interface RequestContext {
  readonly began: number;
  readonly method: string;
  readonly path: string;
  /** The rules that came up on the way. */
  readonly assumptions: RuleId[];
  requestId?: string;
  organization?: string;
  operation?: DescribedOperation;
}

/**
 * Answers a request to the API, whatever it holds; at once where nothing has to be waited for.
 * @throws ConnectionReset where a fault breaks the connection
 */
export function answerApi(engine: Engine, request: Request): Response | Promise<Response> {
  const context: RequestContext = {
    began: performance.now(),
    method: request.method,
    path: pathOf(request.url),
    assumptions: [],
  };
  if (request.method === "OPTIONS" && engine.router.methodsAt(context.path).length > 0) {
    return preflight(request.headers, engine.router.methodsAt(context.path), engine.worlds.nextRequestId());
  }
  const respond = (answer: ApiResponse) => finish(engine, context, answer);
  const reject = (error: unknown) => rejectionResponse(engine, context, error);
  let answer: ApiResponse | Promise<ApiResponse>;
  try {
    const route = authorize(engine, request, context);
    answer = mayBeFaulted(engine, request, context)
      ? applyFaults(faultContextOf(engine, context, route.operation), request.headers, () =>
          readAndPerform(engine, request, context, route),
        )
      : readAndPerform(engine, request, context, route);
  } catch (error) {
    answer = reject(error);
  }
  return answer instanceof Promise ? answer.catch(reject).then(respond) : respond(answer);
}

/** Answers what could not become a Request, because its target or its host is no address; or, with a bug, what failed. */
export function answerUnread(
  engine: Engine,
  bug: unknown = new Refusal("malformed_target"),
  { method, path }: Pick<RequestContext, "method" | "path"> = { method: "-", path: "-" },
): Response {
  const context: RequestContext = { began: performance.now(), method, path, assumptions: [] };
  return finish(engine, context, rejectionResponse(engine, context, bug));
}

// The way of a request, in the order of A-ORDER-1: what stands further up is refused first.

/** 404 route, 405, 401. What is let in comes to the gate where 429 stands. */
function authorize(engine: Engine, request: Request, context: RequestContext): Route {
  const route = engine.router.match(request.method, context.path);
  context.operation = route.operation;
  const organization = organizationOf(engine, request, route);
  if (organization !== undefined) context.organization = organization;
  return route;
}

/** Whose world a request is for: a key says it, and for a visitor the widget does. */
function organizationOf(
  { keys, worlds }: Engine,
  { headers }: Request,
  { operation, params }: Route,
): string | undefined {
  return operation.security === "apiKey"
    ? authenticate(headers, keys)
    : worlds.findByWidget(params["id"] ?? "")?.organization;
}

/** Whether anything stands between a request and its operation; nearly always nothing does. */
function mayBeFaulted(engine: Engine, { headers }: Request, { organization }: RequestContext): boolean {
  const own = worldOf(engine, organization)?.faults;
  return headers.has("prefer") || !engine.worlds.faults.isEmpty || (own !== undefined && !own.isEmpty);
}

/** What the gate has to know of a request. */
function faultContextOf(engine: Engine, context: RequestContext, operation: DescribedOperation): FaultContext {
  return {
    engine,
    operation,
    organization: context.organization,
    requestId: () => requestIdOf(engine, context),
    assumptionsOf: (status) => assumptionsOf(engine, operation, status, []),
    refusalResponse: (error) => rejectionResponse(engine, context, error),
  };
}

/** 413, and what a whole body meets. Validators are waited for once, where a dialect has its own. */
function readAndPerform(
  engine: Engine,
  request: Request,
  context: RequestContext,
  route: Route,
): ApiResponse | Promise<ApiResponse> {
  const validators = engine.validators();
  const takesBody = route.operation.mediaTypes.length > 0;
  if (!takesBody && !(validators instanceof Promise)) {
    return validateAndPerform(engine, request, context, route, validators, undefined);
  }
  return Promise.all([validators, takesBody ? readBody(request) : undefined]).then(([ready, bytes]) =>
    validateAndPerform(engine, request, context, route, ready, bytes),
  );
}

/** 415, 406, 400, 422 idempotency, 404 widget, 409 state. Nothing waits here, so no other request comes between. */
function validateAndPerform(
  engine: Engine,
  { method, url, headers }: Request,
  context: RequestContext,
  { operation, params }: Route,
  validators: Validators,
  bytes: Uint8Array | undefined,
): ApiResponse {
  const { path, organization, assumptions } = context;
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
  // What is due happens before it is looked at.
  world.clock.runDueTasks();
  const requestId = requestIdOf(engine, context);
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
  const reply = replayOrPerform(call, `${method} ${path}\n${json?.text ?? ""}`);
  return { ...reply, assumed: assumptionsOf(engine, operation, reply.status, assumptions) };
}

/** Carries an operation out, or gives its earlier answer again for its Idempotency-Key (A-IDEM-1). */
function replayOrPerform(call: OperationCall, request: string): ResponseData {
  const { engine, world, parameters, noteAssumption } = call;
  const key = engine.dialect.choices["A-IDEM-1"] === "honour" ? parameters["Idempotency-Key"] : undefined;
  if (typeof key !== "string") return performOperation(call);
  noteAssumption("A-IDEM-1");
  const stored = world.idempotency.find(key, request, world.clock.now());
  if (stored === "mismatch") throw new Refusal("idempotency_mismatch");
  if (stored) return { ...stored, headers: { ...stored.headers, "Idempotency-Replayed": "true" } };
  const reply = performOperation(call);
  world.idempotency.store(key, request, reply, world.clock.now());
  return reply;
}

function performOperation(call: OperationCall): ResponseData {
  const { operation } = call;
  const handler = operationHandlers[operation.id];
  if (!handler) throw new Error(`Nothing acts out the operation ${operation.id}.`);
  const { status = operation.success, body, headers = {} } = handler(call);
  return { status, body, mediaType: "application/json", headers };
}

/** The assumed rules of an answer: the operation's, those of the response it gives, and what came up on the way. */
function assumptionsOf(
  engine: Engine,
  operation: DescribedOperation,
  status: number,
  cameUp: readonly RuleId[],
): readonly RuleId[] {
  const rules = engine.dialect.document["x-rules"];
  const response = operation.responses.get(status);
  const leaned: RuleId[] = [];
  for (const some of [operation.assumed, response ? assumedBy(response) : [], cameUp]) {
    for (const id of some) {
      if (rules[id].basis === "assumed" && !leaned.includes(id) && !isOmitted(engine, id)) leaned.push(id);
    }
  }
  return leaned;
}

/** What the dialect leaves out is nothing to lean on. */
function isOmitted({ dialect }: Engine, rule: RuleId): boolean {
  const choices: { readonly [rule in RuleId]?: string } = dialect.choices;
  return choices[rule] === "omit";
}

/** The answer to a request that was refused, or that the mock itself failed at. */
function rejectionResponse(engine: Engine, context: RequestContext, error: unknown): ApiResponse {
  const { organization, operation, assumptions } = context;
  const requestId = requestIdOf(engine, context);
  const refusal = error instanceof Refusal ? error : new Refusal("internal");
  if (refusal !== error) engine.observer.onError?.(error, requestId);
  const { document, choices } = engine.dialect;
  const answer = refusalResponse(
    { problems: document["x-problems"], rules: document["x-rules"], form: choices["A-ERR-1"] },
    refusal,
    requestId,
  );
  // What was let in leans on how it was let in.
  const admitted = organization !== undefined && operation ? operation.assumed : [];
  const assumed = [...new Set<RuleId>([...admitted, ...answer.assumed, ...assumptions])];
  return { ...answer, assumed: assumed.filter((rule) => document["x-rules"][rule].basis === "assumed") };
}

/** Writes the answer into the journal, tells whoever listens, and makes a Response of it. */
function finish(engine: Engine, context: RequestContext, answer: ApiResponse): Response {
  const { organization, operation, method, path, began } = context;
  const world = worldOf(engine, organization);
  const requestId = requestIdOf(engine, context);
  const entry: JournalEntry = {
    requestId,
    at: (world?.clock ?? engine.worlds).now(),
    organization,
    operation: operation?.id,
    method,
    path,
    status: answer.connection === "reset" ? 0 : answer.status,
    code: answer.code,
    rule: answer.rule,
    assumed: answer.assumed,
    ...(answer.faults ? { faults: answer.faults } : {}),
  };
  world?.journal.add(entry);
  engine.observer.onResponse?.(entry, performance.now() - began);
  const { events } = engine.worlds;
  if (events.hasSubscribers) events.publish({ type: "request.answered", trace: requestId, ...entry });
  if (answer.connection === "reset") throw new ConnectionReset();
  const response = toResponse(answer, requestId, engine.version);
  return answer.connection === "truncate" ? truncateResponse(response, answer.body) : response;
}

/** The request's id, by its world's count: the first time that it is asked for. */
function requestIdOf(engine: Engine, context: RequestContext): string {
  context.requestId ??= (worldOf(engine, context.organization) ?? engine.worlds).nextRequestId();
  return context.requestId;
}

function worldOf({ worlds }: Engine, organization: string | undefined): World | undefined {
  return organization === undefined ? undefined : worlds.worldOf(organization);
}
