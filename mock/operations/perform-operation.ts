import type { Engine } from "../engine.ts";
import type { Answer } from "../http/answer.ts";
import type { ValidRequest } from "../http/surface.ts";
import { Refusal } from "../refusal.ts";
import type { RequestContext } from "../request/request-context.ts";
import { assumptionsBehindAnswer } from "./assumptions-behind-answer.ts";
import type { OperationCall } from "./operation-call.ts";
import { operationHandlers } from "./widget-operations.ts";
import { worldOf } from "./world-of.ts";

/** Carries out a valid request: 422/409 idempotency, 404 widget, 409 state. */
export function performOperation(engine: Engine, context: RequestContext, request: ValidRequest): Answer {
  const { exchange, assumptions } = context;
  const { route, parameters, body, text = "" } = request;
  const { operation, params } = route;
  const id = params["id"] ?? "";
  const world = worldOf(engine.worlds, context);
  if (!world) throw new Refusal("not_found", { values: { id }, rule: "A-VIS-1" });
  // A crawl that is due ends before the request sees its widget.
  world.clock.runDueTasks();
  context.requestId ??= world.nextRequestId();
  const call: OperationCall = {
    engine,
    world,
    operation,
    requestId: context.requestId,
    id,
    params,
    header: exchange.header,
    exchange,
    parameters,
    body,
    noteAssumption: (rule) => void assumptions.push(rule),
  };
  const {
    status,
    headers,
    body: sent,
    joined,
  } = replayOrPerform(call, {
    request: `${exchange.method} ${exchange.path}\n${text}`,
    repeatsRunning: context.repeatsRunning,
  });
  // By name: a spread with an addition costs more than all the rest.
  return {
    status,
    body: sent,
    joined,
    headers,
    assumed: assumptionsBehindAnswer(engine, operation, { status, met: assumptions }),
  };
}

/** Performs an operation, or replays its earlier answer to the same Idempotency-Key (A-IDEM-1). */
function replayOrPerform(
  call: OperationCall,
  { request, repeatsRunning }: { readonly request: string; readonly repeatsRunning: boolean },
): Answer {
  const { engine, world, operation, parameters, noteAssumption } = call;
  const isHonoured = engine.dialect.choices["A-IDEM-1"] === "honour";
  const key = isHonoured ? parameters[operation.idempotencyHeader ?? ""] : undefined;
  if (typeof key !== "string") return perform(call);
  noteAssumption("A-IDEM-1");
  if (repeatsRunning) throw new Refusal("idempotency_in_flight");
  const stored = world.idempotency.find(key, request, world.clock.now());
  if (stored === "mismatch") throw new Refusal("idempotency_mismatch");
  if (stored) return { ...stored, headers: { ...stored.headers, "Idempotency-Replayed": "true" } };
  const answer = perform(call);
  world.idempotency.store(key, { at: world.clock.now(), request, response: answer });
  return answer;
}

function perform(call: OperationCall): Answer {
  const handler = operationHandlers[call.operation.id];
  if (!handler) throw new Error(`no handler for the operation ${call.operation.id}`);
  return handler(call);
}
