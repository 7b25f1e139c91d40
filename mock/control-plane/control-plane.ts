import { operationsOf } from "../../spec/operations.ts";
import type { ControlOperation } from "../controls/control-types.ts";
import { runControl } from "../controls/controls.ts";
import { runDueTasksIn } from "../controls/scope.ts";
import { sendRequests } from "../controls/send-requests.ts";
import type { Engine } from "../engine.ts";
import type { Answer } from "../http/answer.ts";
import { isBodyStream, type MockExchange } from "../http/exchange.ts";
import { servedBy } from "../http/served-document.ts";
import type { Surface, ValidRequest } from "../http/surface.ts";
import { metricsPath } from "../metrics/meter.ts";
import { Refusal } from "../refusal.ts";
import type { RequestContext } from "../request/request-context.ts";
import { createRouter, type Router } from "../request/route.ts";
import { receiveSnapshot } from "../snapshot/receive-snapshot.ts";
import { sendSnapshot } from "../snapshot/send-snapshot.ts";
import { document } from "./document.ts";
import { eventStream } from "./event-stream.ts";
import * as validators from "./generated/validators.js";
import { accessOf, guard } from "./guard.ts";
import { controlProblems } from "./problems.ts";

const operations = operationsOf(document);
/** Finds the operation of a request to the control plane. */
export const controlRouter = routerOf(createRouter(operations));

/** Open to all, by any host name: they say only that the mock runs, and health checks come from other machines. */
const openPaths = operations.filter(({ id }) => id === "getHealth" || id === "getReadiness").map(({ path }) => path);

/** True for a scrape by a Prometheus that can send its token in no other header. */
function sendsTokenAsKey({ controlToken }: Engine, { path, header }: MockExchange): boolean {
  return path === metricsPath && controlToken !== undefined && header("authorization") === `Bearer ${controlToken}`;
}

/** The security scheme of operations that no API key opens. */
const adminScheme = "controlToken";

/** The control plane of a mock. Its requests are not recorded. */
export function controlSurface(engine: Engine): Surface {
  return {
    engine,
    document,
    router: controlRouter,
    problems: controlProblems(engine),
    // Any Content-Type will do, so that a bare `curl -d` works: the guard has rejected what a web page could send.
    negotiates: false,
    validators: () => validators,
    // Before anything is done: a reset counts from 1 again.
    begin: (context) => void requestIdOf(engine, context),
    guard(context) {
      const { exchange } = context;
      if (openPaths.includes(exchange.path)) {
        context.access = accessOf(engine, exchange) ?? "anyone";
        return;
      }
      if (exchange.path === metricsPath && engine.openMetrics) return;
      if (!engine.hasControlPlane) throw new Refusal("control_off");
      context.access = sendsTokenAsKey(engine, exchange) ? "admin" : guard(engine, exchange);
    },
    authorize(context, { operation }) {
      const { path, header } = context.exchange;
      // Whoever asks is answered, with a wrong key too: nothing of an organization is there.
      if (openPaths.includes(path)) return;
      if (operation.id === "getMetrics" && context.access !== "organization") return;
      if (context.access === "organization" && operation.security === adminScheme) throw new Refusal("admin_needed");
      if (header("authorization") !== undefined) context.organization = engine.authenticate(header).organization;
      if (context.access === "organization" && context.organization !== undefined)
        engine.quotas.takeRequest(context.organization);
    },
    withFaults: (_context, _route, perform) => perform(),
    perform: (context, request) => perform(engine, context, request),
    nextRequestId: (context) => requestIdOf(engine, context),
    finish: (context, answer) => withHeaders(engine, context, answer),
  };
}

function routerOf({ match, methodsAt }: Router): Router {
  return {
    methodsAt,
    match(method, path) {
      if (methodsAt(path).length === 0) throw new Refusal("no_control", { values: { path } });
      return match(method, path);
    },
  };
}

function requestIdOf({ worlds }: Engine, context: RequestContext): string {
  context.requestId ??= worlds.nextRequestId();
  return context.requestId;
}

function perform(
  engine: Engine,
  context: RequestContext,
  { route, parameters, body }: ValidRequest,
): Answer | Promise<Answer> {
  const { organization, access } = context;
  const scope = { engine, organization, access };
  const { id } = route.operation;
  if (id === "streamEvents") return { ...eventStream(scope), status: 200 };
  if (id === "exportSnapshot") return sendSnapshot(scope).then((answer) => ({ ...answer, status: 200 }));
  if (id === "getMetrics") return metricsAnswer(engine);
  const sent = context.exchange.body;
  if (isBodyStream(sent))
    return receiveSnapshot(scope, sent).then((clock) => ({ status: 200, body: JSON.stringify(clock) }));
  const operation = id as ControlOperation;
  const input = { ...body, ...parameters, ...route.params };
  const { signal } = context.exchange;
  if (id === "listRequests" || id === "exportHar") {
    runDueTasksIn(scope);
    return sendRequests(id, { scope, input, signal } as never);
  }
  const requestId = () => requestIdOf(engine, context);
  const output = runControl(operation, { scope, input, requestId, waits: true, signal } as never);
  const answer = (data: object): Answer => ({
    status: 200,
    body: JSON.stringify(operation === "getControlDocument" ? servedBy(document, context.exchange.origin) : data),
  });
  return output instanceof Promise ? output.then(answer) : answer(output);
}

/** The figures, by a package that the first who asks for them has loaded. */
async function metricsAnswer(engine: Engine): Promise<Answer> {
  const { metricsText } = await import("../metrics/metrics-text.ts");
  const { text: body, mediaType } = await metricsText(engine);
  return { status: 200, body, mediaType };
}

function withHeaders(engine: Engine, context: RequestContext, answer: Answer): Answer {
  const { body, mediaType = "application/json", headers } = answer;
  const contentType = body === null ? {} : { "Content-Type": mediaType };
  const ignored = context.ignored.join(", ");
  const note = ignored === "" ? {} : { "Widgets-Mock": `${engine.version}; ignored="${ignored}"` };
  const operation = context.operation?.id;
  return {
    ...answer,
    operation,
    headers: { ...headers, "Request-Id": requestIdOf(engine, context), ...note, ...contentType },
  };
}
