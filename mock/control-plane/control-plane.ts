import type { JsonObject } from "../../spec/merge-patch.ts";
import { type DescribedOperation, operationsOf } from "../../spec/operations.ts";
import type { ControlOperation } from "../controls/control-types.ts";
import { runControl } from "../controls/controls.ts";
import type { Engine } from "../engine.ts";
import { Refusal, refusalResponse } from "../refusal.ts";
import { authenticate } from "../request/authenticate.ts";
import { maxBodyBytes, parseJson, readBody } from "../request/body.ts";
import { readParameters } from "../request/parameters.ts";
import { createRouter, type Route } from "../request/route.ts";
import { pathOf, searchOf } from "../request/target.ts";
import { validateBody } from "../request/validate-body.ts";
import type { Caller } from "./caller.ts";
import { document } from "./document.ts";
import { eventStream } from "./event-stream.ts";
import { bodies, parameters } from "./generated/validators.js";
import { guard } from "./guard.ts";
import { controlProblems } from "./problems.ts";

const router = createRouter(operationsOf(document));

/** Open to all, by any host name: it says only that the mock runs, and health checks come from other machines. */
const healthPath = "/_mock/health";

/** A snapshot of a large world is larger than any body of the API. */
const limits: { readonly [operation: string]: number } = { restoreSnapshot: 256 * maxBodyBytes };

/**
 * Answers a request to `/_mock`.
 * @param caller who calls by a port; undefined for code in this process
 */
export async function answerControlPlane(engine: Engine, request: Request, caller?: Caller): Promise<Response> {
  const requestId = engine.worlds.nextRequestId();
  try {
    if (pathOf(request.url) !== healthPath) guard(request, engine.controlToken, caller);
    return await answer(engine, request, requestId);
  } catch (error) {
    return rejected(engine, error, requestId);
  }
}

async function answer(engine: Engine, request: Request, requestId: string): Promise<Response> {
  const { headers, signal } = request;
  const route = findRoute(request.method, pathOf(request.url));
  const organization = headers.has("authorization") ? authenticate(headers, engine.keys) : undefined;
  const scope = { engine, organization };
  const input = await readInput(request, route);
  if (route.operation.id === "streamEvents") return eventStream(scope, requestId);
  const operation = route.operation.id as ControlOperation;
  const call = { scope, input, requestId: () => requestId, waits: true, signal };
  return Response.json(await runControl(operation, call as never), { headers: { "Request-Id": requestId } });
}

function findRoute(method: string, path: string): Route {
  try {
    return router.match(method, path);
  } catch (error) {
    if (error instanceof Refusal && error.problem === "route_not_found")
      throw new Refusal("no_control", { values: { path } });
    throw error;
  }
}

async function readInput(request: Request, { operation, params }: Route): Promise<object> {
  const body = operation.body ? await readControlBody(operation, request) : {};
  const query = readParameters(
    { document, operation, validate: parameters[operation.id] },
    { search: searchOf(request.url), headers: request.headers },
  );
  return { ...body, ...query, ...params };
}

/** Any Content-Type will do, so that a bare `curl -d` works: the guard has rejected what a web page could send. */
async function readControlBody(operation: DescribedOperation, request: Request): Promise<JsonObject> {
  const bytes = await readBody(request, limits[operation.id]);
  const value = bytes.byteLength === 0 ? {} : parseJson(bytes).value;
  return validateBody({ document, operation, validate: bodies[operation.id] }, value);
}

function rejected(engine: Engine, error: unknown, requestId: string): Response {
  if (!(error instanceof Refusal)) engine.observer.onError?.(error, requestId);
  const refusal = error instanceof Refusal ? error : new Refusal("internal");
  const { status, body, mediaType, headers } = refusalResponse(controlProblems(engine), refusal, requestId);
  return new Response(body, { status, headers: { ...headers, "Request-Id": requestId, "Content-Type": mediaType } });
}
