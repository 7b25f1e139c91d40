import { assumedBy } from "../spec/document.ts";
import type { RuleId } from "../spec/generated/rules.ts";
import type { DescribedOperation } from "../spec/operations.ts";
import type { Validators } from "../spec/validate.ts";
import type { Answer, Reply } from "./answer.ts";
import type { Engine } from "./engine.ts";
import { carryOutOrNot, type Gate } from "./faults/apply-faults.ts";
import { ConnectionReset, truncateResponse } from "./faults/broken-connection.ts";
import type { Call } from "./operations/call.ts";
import { handlers } from "./operations/widget-operations.ts";
import { Refusal, refusalAnswer } from "./refusal.ts";
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
interface Passage {
  readonly began: number;
  readonly method: string;
  readonly path: string;
  /** The rules that came up on the way. */
  readonly leaned: RuleId[];
  requestId?: string;
  organization?: string;
  operation?: DescribedOperation;
}

/**
 * Answers a request to the API, whatever it holds; at once where nothing has to be waited for.
 * @throws ConnectionReset where a fault breaks the connection
 */
export function answerApi(engine: Engine, request: Request): Response | Promise<Response> {
  const passage: Passage = { began: performance.now(), method: request.method, path: pathOf(request.url), leaned: [] };
  if (request.method === "OPTIONS" && engine.router.methodsAt(passage.path).length > 0) {
    return preflight(request.headers, engine.router.methodsAt(passage.path), engine.worlds.nextRequestId());
  }
  const answered = (answer: Answer) => finish(engine, passage, answer);
  const failed = (error: unknown) => refused(engine, passage, error);
  let answer: Answer | Promise<Answer>;
  try {
    const route = admit(engine, request, passage);
    answer = mayBeKept(engine, request, passage)
      ? carryOutOrNot(gateOf(engine, passage, route.operation), request.headers, () =>
          readAndPass(engine, request, passage, route),
        )
      : readAndPass(engine, request, passage, route);
  } catch (error) {
    answer = failed(error);
  }
  return answer instanceof Promise ? answer.catch(failed).then(answered) : answered(answer);
}

/** Answers what could not become a Request, because its target or its host is no address; or, with a bug, what failed. */
export function answerUnread(
  engine: Engine,
  bug: unknown = new Refusal("malformed_target"),
  { method, path }: Pick<Passage, "method" | "path"> = { method: "-", path: "-" },
): Response {
  const passage: Passage = { began: performance.now(), method, path, leaned: [] };
  return finish(engine, passage, refused(engine, passage, bug));
}

// The way of a request, in the order of A-ORDER-1: what stands further up is refused first.

/** 404 route, 405, 401. What is let in comes to the gate where 429 stands. */
function admit(engine: Engine, request: Request, passage: Passage): Route {
  const route = engine.router.match(request.method, passage.path);
  passage.operation = route.operation;
  const organization = organizationOf(engine, request, route);
  if (organization !== undefined) passage.organization = organization;
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
    : worlds.owning(params["id"] ?? "")?.organization;
}

/** Whether anything stands between a request and its operation; nearly always nothing does. */
function mayBeKept(engine: Engine, { headers }: Request, { organization }: Passage): boolean {
  const own = worldOf(engine, organization)?.faults;
  return headers.has("prefer") || !engine.worlds.faults.areNone || (own !== undefined && !own.areNone);
}

/** What the gate has to know of a request. */
function gateOf(engine: Engine, passage: Passage, operation: DescribedOperation): Gate {
  return {
    engine,
    operation,
    organization: passage.organization,
    requestId: () => requestIdOf(engine, passage),
    leanedOn: (status) => leanedOn(engine, operation, status, []),
    refused: (error) => refused(engine, passage, error),
  };
}

/** 413, and what a whole body meets. Validators are waited for once, where a dialect has its own. */
function readAndPass(engine: Engine, request: Request, passage: Passage, route: Route): Answer | Promise<Answer> {
  const validators = engine.validators();
  const takesBody = route.operation.mediaTypes.length > 0;
  if (!takesBody && !(validators instanceof Promise)) {
    return pass(engine, request, passage, route, validators, undefined);
  }
  return Promise.all([validators, takesBody ? readBody(request) : undefined]).then(([ready, bytes]) =>
    pass(engine, request, passage, route, ready, bytes),
  );
}

/** 415, 406, 400, 422 idempotency, 404 widget, 409 state. Nothing waits here, so no other request comes between. */
function pass(
  engine: Engine,
  { method, url, headers }: Request,
  passage: Passage,
  { operation, params }: Route,
  validators: Validators,
  bytes: Uint8Array | undefined,
): Answer {
  const { path, organization, leaned } = passage;
  const { document, choices } = engine.dialect;
  const lean = (rule: RuleId): void => void leaned.push(rule);

  if (bytes) checkMediaType(headers, operation.mediaTypes);
  checkAccept(headers);
  const json = bytes && parseJson(bytes);
  const body = json ? validateBody(document, operation, validators.bodies[operation.id], json.value) : {};
  const parameters = readParameters(
    document,
    operation,
    validators.parameters[operation.id],
    searchOf(url),
    headers,
    choices["A-LIST-2"],
    lean,
  );
  const id = params["id"] ?? "";
  const world = worldOf(engine, organization);
  if (!world) throw new Refusal("not_found", { values: { id }, rule: "A-VIS-1" });
  // What is due happens before it is looked at.
  world.clock.settle();
  const requestId = requestIdOf(engine, passage);
  const call: Call = { engine, world, operation, requestId, id, params, headers, parameters, body, lean };
  const reply = once(call, `${method} ${path}\n${json?.text ?? ""}`);
  return { ...reply, assumed: leanedOn(engine, operation, reply.status, leaned) };
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

/** What the dialect leaves out is nothing to lean on. */
function omitted({ dialect }: Engine, rule: RuleId): boolean {
  const choices: { readonly [rule in RuleId]?: string } = dialect.choices;
  return choices[rule] === "omit";
}

/** The answer to a request that was refused, or that the mock itself failed at. */
function refused(engine: Engine, passage: Passage, error: unknown): Answer {
  const { organization, operation, leaned } = passage;
  const requestId = requestIdOf(engine, passage);
  const refusal = error instanceof Refusal ? error : new Refusal("internal");
  if (refusal !== error) engine.observer.failed?.(error, requestId);
  const { document, choices } = engine.dialect;
  const answer = refusalAnswer(
    { problems: document["x-problems"], rules: document["x-rules"], form: choices["A-ERR-1"] },
    refusal,
    requestId,
  );
  // What was let in leans on how it was let in.
  const admitted = organization !== undefined && operation ? operation.assumed : [];
  const assumed = [...new Set<RuleId>([...admitted, ...answer.assumed, ...leaned])];
  return { ...answer, assumed: assumed.filter((rule) => document["x-rules"][rule].basis === "assumed") };
}

/** Writes the answer into the journal, tells whoever listens, and makes a Response of it. */
function finish(engine: Engine, passage: Passage, answer: Answer): Response {
  const { organization, operation, method, path, began } = passage;
  const world = worldOf(engine, organization);
  const requestId = requestIdOf(engine, passage);
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
  engine.observer.answered?.(entry, performance.now() - began);
  const { feed } = engine.worlds;
  if (feed.isHeard) feed.tell({ type: "request.answered", trace: requestId, ...entry });
  if (answer.connection === "reset") throw new ConnectionReset();
  const response = toResponse(answer, requestId, engine.version);
  return answer.connection === "truncate" ? truncateResponse(response, answer.body) : response;
}

/** The request's id, by its world's count: the first time that it is asked for. */
function requestIdOf(engine: Engine, passage: Passage): string {
  passage.requestId ??= (worldOf(engine, passage.organization) ?? engine.worlds).nextRequestId();
  return passage.requestId;
}

function worldOf({ worlds }: Engine, organization: string | undefined): World | undefined {
  return organization === undefined ? undefined : worlds.of(organization);
}
