import type { RuleId } from "../../spec/generated/rules.ts";
import type { DescribedOperation } from "../../spec/operations.ts";
import { rejectionAnswer } from "../api.ts";
import type { Engine } from "../engine.ts";
import { applyFaults, type FaultContext } from "../faults/apply-faults.ts";
import { type Answer, type AnswerBody, bytesOf } from "../http/answer.ts";
import { corsForAnyone, corsHeaders } from "../http/cors.ts";
import type { Surface } from "../http/surface.ts";
import { journalEntryOf } from "../journal/journal-entry.ts";
import { keepAnswerBody, keepRequestBody, keepText } from "../journal/kept-body.ts";
import { observedExchange } from "../journal/observed-exchange.ts";
import { readOptionsOf, redactedEntry, redactorOf } from "../journal/recorded-request.ts";
import type { KeptMessages, RequestRecord } from "../journal/request-record.ts";
import { apiProblems } from "../refusal.ts";
import type { RequestContext } from "../request/request-context.ts";
import type { World } from "../world/world.ts";
import { assumptionsBehindAnswer } from "./assumptions-behind-answer.ts";
import { performOperation } from "./perform-operation.ts";
import { worldOf } from "./world-of.ts";

/** The Widgets API as the mock serves it. */
export function apiSurface(engine: Engine): Surface {
  const { dialect, worlds } = engine;
  const surface: Surface = {
    engine,
    document: dialect.document,
    router: engine.router,
    problems: apiProblems(dialect),
    negotiates: true,
    overMaximum: dialect.choices["A-LIST-2"],
    validators: engine.validators,
    begin: () => undefined,
    guard: () => undefined,
    authorize(context, { operation, params }) {
      context.widget = params["id"];
      if (operation.security === "apiKey") {
        const { organization, keyLabel } = engine.authenticate(context.exchange.header);
        // Its world is created, or refused before the request belongs to it.
        context.world = worlds.worldOf(organization);
        context.organization = organization;
        context.keyLabel = keyLabel;
      }
      // A visitor has no key: the organization is that of the widget.
      else context.organization = worlds.ownerOf(context.widget ?? "");
      if (context.organization !== undefined) engine.quotas.takeRequest(context.organization);
    },
    withFaults: (context, { operation }, perform) =>
      mayHaveFaults(engine, context)
        ? claimingKey(engine, context, {
            operation,
            carryOut: () => applyFaults(faultContextOf(surface, context, operation), context.exchange.header, perform),
          })
        : perform(),
    perform: (context, request) => performOperation(engine, context, request),
    nextRequestId: (context) => requestIdOf(engine, context),
    finish(context, answer) {
      const sent = withCommonHeaders(engine, context, answer);
      record(engine, context, { answer, sent });
      return sent;
    },
  };
  return surface;
}

/** A cheap test first: nearly all requests meet neither a fault nor a preference. */
function mayHaveFaults({ worlds }: Engine, context: RequestContext): boolean {
  if (!worlds.faults.isEmpty || context.exchange.header("prefer") !== undefined) return true;
  return worldOf(worlds, context)?.faults.isEmpty === false;
}

function faultContextOf(surface: Surface, context: RequestContext, operation: DescribedOperation): FaultContext {
  const { engine } = surface;
  return {
    engine,
    operation,
    organization: context.organization,
    requestId: () => requestIdOf(engine, context),
    assumptionsOf: (status) => assumptionsBehindAnswer(engine, operation, { status, met: [] }),
    widgetOf: (answer) => context.widget ?? createdIn(context, answer),
    rejectionAnswer: (error) => rejectionAnswer(surface, context, error),
  };
}

/** Carries out a request during whose delay another one with the same Idempotency-Key may come (A-IDEM-1). */
function claimingKey(
  { worlds }: Engine,
  context: RequestContext,
  {
    operation,
    carryOut,
  }: { readonly operation: DescribedOperation; readonly carryOut: () => Answer | Promise<Answer> },
): Answer | Promise<Answer> {
  const key = operation.idempotencyHeader && context.exchange.header(operation.idempotencyHeader.toLowerCase());
  const keys = worldOf(worlds, context)?.idempotency;
  if (key === undefined || !keys) return carryOut();
  if (!keys.claim(key)) {
    context.repeatsRunning = true;
    return carryOut();
  }
  const release = () => keys.release(key);
  try {
    const answer = carryOut();
    if (answer instanceof Promise) return answer.finally(release);
    release();
    return answer;
  } catch (error) {
    release();
    throw error;
  }
}

/** Draws the id by the count of the request's world. */
function requestIdOf({ worlds }: Engine, context: RequestContext): string {
  context.requestId ??= (worldOf(worlds, context) ?? worlds).nextRequestId();
  return context.requestId;
}

/**
 * Records a request and its answer in the journal, and reports them to the observer and the event stream.
 * @param answer as the operation gave it; `sent` has all headers
 */
function record(
  engine: Engine,
  context: RequestContext,
  { answer, sent }: { readonly answer: Answer; readonly sent: Answer },
): void {
  const { worlds, bounds } = engine;
  const { journalBodyBytes } = bounds;
  const world = worldOf(worlds, context) ?? claimedWorld(engine, context);
  const journal = world?.journal ?? worlds.unassigned;
  const { method, origin, path, search, rawHeaders, body } = context.exchange;
  const isSent = answer.connection !== "reset";
  const request: RequestRecord & KeptMessages = {
    requestId: requestIdOf(engine, context),
    at: (world?.clock ?? worlds).now(),
    operation: context.operation?.id,
    widget: context.widget === undefined ? createdIn(context, answer) : keepText(context.widget),
    keyLabel: context.keyLabel,
    method,
    path: keepText(path),
    status: isSent ? answer.status : 0,
    code: answer.code,
    rule: answer.rule,
    assumed: answer.assumed ?? [],
    faults: answer.faults,
    ignored: context.ignored.length > 0 ? context.ignored : undefined,
    traceParent: context.traceParent,
    search: keepText(search),
    requestHeaders: worlds.journals.keepHeaders(rawHeaders, origin),
    requestBody: keepRequestBody(body, context.bodyText, journalBodyBytes),
    responseHeaders: isSent ? (sent.headers ?? {}) : {},
    responseBody:
      isSent && method !== "HEAD" ? keepAnswerBody(sentPart(answer), answer.joined, journalBodyBytes) : undefined,
    durationMs: performance.now() - context.began,
    journal,
    bytes: 0,
    older: undefined,
    newer: undefined,
  };
  journal.add(request);
  count(engine, context, { request, answer, world });
  publish(engine, request, world);
  const { onExchange } = engine.observer;
  if (onExchange) onExchange(observedExchange(context.exchange, answer, journalEntryOf(request, world?.name)));
}

/** Counts what the client has met. */
function count(
  { worlds }: Engine,
  { began }: RequestContext,
  {
    request,
    answer,
    world,
  }: { readonly request: RequestRecord; readonly answer: Answer; readonly world: World | undefined },
): void {
  const { operation, status, code, assumed, method, path, at } = request;
  const { headers } = answer;
  // Of a reset that lost the answer of a success the client knows nothing, and the widget is changed.
  const isLost = answer.connection === "reset" && answer.status >= 200 && answer.status < 300;
  const connection = isLost ? "lost-answer" : answer.connection;
  const counts = worlds.coverage.of(world?.organization);
  const isReplay = headers?.["Idempotency-Replayed"] !== undefined;
  counts.countAnswer({ operation, status, code, assumed, connection, isReplay });
  if (!world || (status < 400 && !counts.hasWaits)) return;
  const retryAfter = Number(headers?.["Retry-After"]) || undefined;
  counts.countWait({
    ...{ target: `${method} ${path}`, status, at, retryAfter, cameAt: began, answeredAt: performance.now() },
    isClockRunning: world.clock.running,
  });
}

/** The widget that was created: its path, below that of the request, is the `Location` (A-CREATE-1). */
function createdIn({ operation }: RequestContext, { headers }: Answer): string | undefined {
  return operation && headers?.["Location"]?.slice(operation.path.length + 1);
}

/** What arrives of a body whose connection a fault breaks. */
function sentPart({ body, connection }: Answer): AnswerBody {
  if (connection !== "truncate" || body === null || typeof body === "function") return body;
  const bytes = bytesOf(body);
  return bytes.slice(0, Math.floor(bytes.length / 2));
}

/** The world that the key of a request names, where the request was rejected before its key was looked at; notes the key. */
function claimedWorld({ worlds, authenticate }: Engine, context: RequestContext): World | undefined {
  const { header } = context.exchange;
  try {
    if (header("authorization") === undefined) return undefined;
    const { organization, keyLabel } = authenticate(header);
    const world = worlds.find(organization);
    if (world) context.keyLabel = keyLabel;
    return world;
  } catch {
    return undefined;
  }
}

/** Its JSON is made only if somebody listens. */
function publish(engine: Engine, request: RequestRecord & KeptMessages, world: World | undefined): void {
  const { observer, worlds } = engine;
  const { events } = worlds;
  if (!observer.onResponse && !events.hasSubscribers) return;
  const plain = journalEntryOf(request, world?.name);
  // Of a request that succeeds, the path holds nothing but what the mock gave out.
  const isPlain = request.status >= 200 && request.status < 400 && request.ignored === undefined;
  const entry = isPlain ? plain : redactedEntry(plain, redactorOf(request, readOptionsOf(engine)));
  observer.onResponse?.(entry, request.durationMs);
  if (!events.hasSubscribers) return;
  events.publish({ type: "request.answered", trace: request.requestId, ...entry }, world?.organization);
}

/** The headers that every answer has: its id, its assumptions, and permission for any page to read it. */
function withCommonHeaders(engine: Engine, context: RequestContext, answer: Answer): Answer {
  const { assumed = [], body, mediaType = "application/json" } = answer;
  const cors = corsHeaders(context.exchange.header);
  // By name: a spread with an addition costs more than all the rest.
  const headers: Record<string, string> = {
    "Request-Id": requestIdOf(engine, context),
    "Widgets-Mock": mockHeader(engine.version, assumed),
    "Access-Control-Allow-Origin": cors["Access-Control-Allow-Origin"],
    "Access-Control-Expose-Headers": cors["Access-Control-Expose-Headers"],
  };
  if (context.ignored.length > 0) headers["Widgets-Mock"] += `; ignored="${context.ignored.join(", ")}"`;
  if (cors !== corsForAnyone) Object.assign(headers, cors);
  if (context.traceParent !== undefined) headers["traceparent"] = context.traceParent;
  if (body !== null) headers["Content-Type"] = mediaType;
  return {
    status: answer.status,
    operation: context.operation?.id,
    body,
    headers: Object.assign(headers, answer.headers),
    connection: answer.connection,
  };
}

/** The header by its list of assumptions, which most answers share with others. */
const mockHeaders = new WeakMap<readonly RuleId[], string>();

function mockHeader(version: string, assumed: readonly RuleId[]): string {
  if (assumed.length === 0) return version;
  let header = mockHeaders.get(assumed);
  if (header === undefined) {
    header = `${version}; assumed="${assumed.join(" ")}"`;
    mockHeaders.set(assumed, header);
  }
  return header;
}
