import { assumedBy } from "../spec/document.ts";
import type { RuleId } from "../spec/generated/rules.ts";
import type { DescribedOperation } from "../spec/operations.ts";
import type { Answer, Reply } from "./answer.ts";
import type { Engine } from "./engine.ts";
import type { Call } from "./operations/call.ts";
import { handlers } from "./operations/widget-operations.ts";
import { Refusal, refusalAnswer } from "./refusal.ts";
import { checkAccept } from "./request/accept.ts";
import { authenticate } from "./request/authenticate.ts";
import { checkMediaType, parseJson, readBody } from "./request/body.ts";
import { readParameters } from "./request/parameters.ts";
import { pathOf, searchOf } from "./request/target.ts";
import { validateBody } from "./request/validate-body.ts";
import { preflight, toResponse } from "./respond.ts";
import type { World } from "./world/world.ts";

/** What is known of a request while it is on its way, for the answer, the journal and the log. */
interface Passage {
  readonly began: number;
  readonly method: string;
  readonly path: string;
  world?: World;
  operation?: DescribedOperation;
}

/** Answers a request to the API, whatever it holds. */
export async function answerApi(engine: Engine, request: Request): Promise<Response> {
  const passage: Passage = { began: performance.now(), method: request.method, path: pathOf(request.url) };
  if (request.method === "OPTIONS" && engine.router.methodsAt(passage.path).length > 0) {
    return preflight(request.headers, engine.router.methodsAt(passage.path));
  }
  try {
    return finish(engine, passage, await pass(engine, request, passage));
  } catch (error) {
    return finish(engine, passage, refused(engine, passage, error));
  }
}

/** Answers what could not become a Request, because its target or its host is no address; or, with a bug, what failed. */
export function answerUnread(engine: Engine, bug: unknown = new Refusal("malformed_target")): Response {
  const passage: Passage = { began: performance.now(), method: "-", path: "-" };
  return finish(engine, passage, refused(engine, passage, bug));
}

/** The way of a request, in the order of A-ORDER-1: what stands further up is refused first. */
async function pass(engine: Engine, request: Request, passage: Passage): Promise<Answer> {
  const { document, choices } = engine.dialect;
  const { headers } = request;
  const assumed: RuleId[] = [];
  const lean = (rule: RuleId): void => void assumed.push(rule);

  // 404 route, 405
  const { operation, params } = engine.router.match(request.method, passage.path);
  passage.operation = operation;
  // 401
  const world = engine.worlds.of(authenticate(headers, engine.keys));
  passage.world = world;
  // 413, 415, 406
  const takesBody = operation.mediaTypes.length > 0;
  const bytes = takesBody ? await readBody(request) : undefined;
  if (takesBody) checkMediaType(headers, operation.mediaTypes);
  checkAccept(headers);
  // 400
  const validators = await engine.validators();
  const json = bytes && parseJson(bytes);
  const body = json ? validateBody(document, operation, validators.bodies[operation.id], json.value) : {};
  const parameters = readParameters(
    document,
    operation,
    validators.parameters[operation.id],
    searchOf(request.url),
    headers,
    choices["A-LIST-2"],
    lean,
  );
  // From here on nothing waits: what is due happens first, and no other request comes between.
  world.clock.settle();
  const call: Call = { engine, world, operation, id: params["id"] ?? "", parameters, body, lean };
  // 422 idempotency, then 404 widget and 409 state
  const reply = once(call, `${request.method} ${passage.path}\n${json?.text ?? ""}`);
  return { ...reply, assumed: leanedOn(engine, operation, reply.status, assumed) };
}

/** Carries an operation out, or gives its earlier answer again for its Idempotency-Key (A-IDEM-1). */
function once(call: Call, request: string): Reply {
  const { engine, world, parameters, lean } = call;
  const key = engine.dialect.choices["A-IDEM-1"] === "honour" ? parameters["Idempotency-Key"] : undefined;
  if (typeof key !== "string") return carryOut(call);
  lean("A-IDEM-1");
  const known = world.idempotency.recall(key, request, world.clock.now());
  if (known === "mismatch") throw new Refusal("idempotency_mismatch");
  if (known) return { ...known, headers: { ...known.headers, "Idempotency-Replayed": "true" } };
  const reply = carryOut(call);
  world.idempotency.keep(key, request, reply, world.clock.now());
  return reply;
}

function carryOut(call: Call): Reply {
  const { operation } = call;
  const handler = handlers[operation.id];
  if (!handler) throw new Error(`Nothing acts out the operation ${operation.id}.`);
  const { status = operation.success, body, headers = {} } = handler(call);
  return { status, body, mediaType: "application/json", headers };
}

/** The assumed rules of an answer: the operation's, those of the response it gives, and what came up on the way. */
function leanedOn(
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
      if (rules[id].basis === "assumed" && !leaned.includes(id) && !omitted(engine, id)) leaned.push(id);
    }
  }
  return leaned;
}

/** Extensions and echoes that the dialect leaves out are nothing to lean on. */
function omitted({ dialect }: Engine, rule: RuleId): boolean {
  return (
    (rule === "A-EXT-1" && dialect.choices["A-EXT-1"] === "omit") ||
    (rule === "A-OBJ-1" && dialect.choices["A-OBJ-1"] === "omit")
  );
}

/** The answer to a request that was refused, or that the mock itself failed at. */
function refused(engine: Engine, { world }: Passage, error: unknown): Answer {
  const requestId = (world ?? engine.worlds).nextRequestId();
  const refusal = error instanceof Refusal ? error : new Refusal("internal");
  if (refusal !== error) engine.observer.failed?.(error, requestId);
  const { document, choices } = engine.dialect;
  const answer = refusalAnswer(
    { problems: document["x-problems"], rules: document["x-rules"], form: choices["A-ERR-1"] },
    refusal,
    requestId,
  );
  return { ...answer, headers: { ...answer.headers, "Request-Id": requestId } };
}

/** Writes the answer into the journal, tells whoever listens, and makes a Response of it. */
function finish(engine: Engine, { world, operation, method, path, began }: Passage, answer: Answer): Response {
  const requestId = answer.headers["Request-Id"] ?? (world ?? engine.worlds).nextRequestId();
  const entry = {
    requestId,
    at: world?.clock.now() ?? engine.worlds.now(),
    organization: world?.organization,
    operation: operation?.id,
    method,
    path,
    status: answer.status,
    code: answer.code,
    rule: answer.rule,
    assumed: answer.assumed,
  };
  world?.journal.add(entry);
  engine.observer.answered?.(entry, performance.now() - began);
  return toResponse(answer, requestId, engine.version);
}
