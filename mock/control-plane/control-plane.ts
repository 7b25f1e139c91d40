import type { JsonObject } from "../../spec/merge-patch.ts";
import { type DescribedOperation, operationsOf } from "../../spec/operations.ts";
import type { Engine } from "../engine.ts";
import { Refusal, refusalResponse } from "../refusal.ts";
import { authenticate } from "../request/authenticate.ts";
import { maxBodyBytes, parseJson, readBody } from "../request/body.ts";
import { readParameters } from "../request/parameters.ts";
import { createRouter, type Route } from "../request/route.ts";
import { pathOf, searchOf } from "../request/target.ts";
import { validateBody } from "../request/validate-body.ts";
import type { Caller } from "./caller.ts";
import type { ControlCall, ControlHandler } from "./control-call.ts";
import { document } from "./document.ts";
import { faultHandlers } from "./fault-handlers.ts";
import type { operations } from "./generated/types.ts";
import { bodies, parameters } from "./generated/validators.js";
import { guard } from "./guard.ts";
import { inspectionHandlers } from "./inspection-handlers.ts";
import { journalHandlers } from "./journal-handlers.ts";
import { mockHandlers } from "./mock-handlers.ts";
import { timeHandlers } from "./time-handlers.ts";
import { webhookHandlers } from "./webhook-handlers.ts";

type ControlOperation = keyof operations;

const router = createRouter(operationsOf(document));

/** What each operation of the control plane's document does; one that is left out does not compile. */
const handlers: { readonly [operation in ControlOperation]: ControlHandler } = {
  ...mockHandlers,
  ...timeHandlers,
  ...journalHandlers,
  ...faultHandlers,
  ...webhookHandlers,
  ...inspectionHandlers,
};

/** A snapshot of a large world is larger than any body of the API. */
const limits: { readonly [operation in ControlOperation]?: number } = { restoreSnapshot: 256 * maxBodyBytes };

/**
 * Answers a request to `/_mock`.
 * @param caller who calls by a port; undefined for code in this process
 */
export async function answerControlPlane(engine: Engine, request: Request, caller?: Caller): Promise<Response> {
  const requestId = engine.worlds.nextRequestId();
  try {
    guard(request, engine.controlToken, caller);
    const route = router.match(request.method, pathOf(request.url));
    const call = await callOf(engine, request, route, requestId);
    const answer = await handlers[route.operation.id as ControlOperation](call);
    return answer instanceof Response ? answer : Response.json(answer, { headers: { "Request-Id": requestId } });
  } catch (error) {
    return refused(engine, error, requestId);
  }
}

async function callOf(
  engine: Engine,
  request: Request,
  { operation, params }: Route,
  requestId: string,
): Promise<ControlCall> {
  const { headers } = request;
  const organization = headers.has("authorization") ? authenticate(headers, engine.keys) : undefined;
  const body = operation.body ? await readControlBody(operation, request) : {};
  const query = readParameters(
    { document, operation, validate: parameters[operation.id] },
    { search: searchOf(request.url), headers },
  );
  const world = organization === undefined ? undefined : engine.worlds.worldOf(organization);
  world?.clock.runDueTasks();
  const scope = { engine, organization };
  return {
    engine,
    scope,
    world,
    requestId,
    id: params["id"] ?? "",
    params,
    parameters: query,
    body,
    signal: request.signal,
  };
}

/** Any Content-Type will do, so that a bare `curl -d` works: what a browser could send so was turned away before. */
async function readControlBody(operation: DescribedOperation, request: Request): Promise<JsonObject> {
  const bytes = await readBody(request, limits[operation.id as ControlOperation]);
  const value = bytes.byteLength === 0 ? {} : parseJson(bytes).value;
  return validateBody({ document, operation, validate: bodies[operation.id] }, value);
}

function refused(engine: Engine, error: unknown, requestId: string): Response {
  if (!(error instanceof Refusal)) engine.observer.onError?.(error, requestId);
  const refusal = error instanceof Refusal ? error : new Refusal("internal");
  const problems = { ...engine.dialect.document["x-problems"], ...document["x-problems"] };
  const { status, body, mediaType, headers } = refusalResponse(
    { problems, rules: engine.dialect.document["x-rules"], form: "problem" },
    refusal,
    requestId,
  );
  return new Response(body, { status, headers: { ...headers, "Request-Id": requestId, "Content-Type": mediaType } });
}
