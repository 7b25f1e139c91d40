import type { JsonObject } from "../../spec/merge-patch.ts";
import { type DescribedOperation, operationsOf } from "../../spec/operations.ts";
import type { Engine } from "../engine.ts";
import { conversationAsJson } from "../operations/conversations.ts";
import { Refusal, refusalAnswer } from "../refusal.ts";
import { authenticate } from "../request/authenticate.ts";
import { parseJson, readBody } from "../request/body.ts";
import { readParameters } from "../request/parameters.ts";
import { createRouter } from "../request/route.ts";
import { pathOf, searchOf } from "../request/target.ts";
import { refuseBody, validateBody } from "../request/validate-body.ts";
import type { Happening } from "../world/happening.ts";
import type { JournalEntry } from "../world/journal.ts";
import { hostOf } from "../world/site.ts";
import type { UsageRecord } from "../world/usage.ts";
import { rfc3339 } from "../world/widget.ts";
import type { World } from "../world/world.ts";
import { type ControlCall, needed } from "./control-call.ts";
import { document } from "./document.ts";
import type { operations } from "./generated/types.ts";
import { bodies, parameters } from "./generated/validators.js";
import { webhookHandlers } from "./webhook-handlers.ts";

const router = createRouter(operationsOf(document));

/** What each operation of the control plane's document does; one that is left out does not compile. */
const handlers: { readonly [operation in keyof operations]: (call: ControlCall) => object | Promise<object> } = {
  getHealth: ({ engine }) => ({
    status: "ok",
    version: engine.version,
    dialect: engine.dialect.name,
    seed: engine.seed,
    crawl: engine.crawl,
    clock: clockOf(engine, undefined),
  }),
  reset({ engine, world }) {
    engine.worlds.reset(world);
    return clockOf(engine, undefined);
  },
  listRequests({ world = needed(), parameters }) {
    const { operation, status, limit } = parameters;
    const meant = world.journal
      .entries()
      .filter(
        (entry) => (operation ?? entry.operation) === entry.operation && (status ?? entry.status) === entry.status,
      );
    return { requests: meant.slice(typeof limit === "number" ? -limit : 0).map(entryAsJson) };
  },
  getClock: ({ engine, world }) => clockOf(engine, world),
  async advanceClock({ engine, world, body }) {
    const happened = await advance(engine, Number(body["seconds"]) * 1000, world);
    return { ...clockOf(engine, world), happened };
  },
  endCrawl({ engine, world = needed(), id, body }) {
    const { widget } = world.find(id);
    if (!widget) throw new Refusal("not_found", { values: { id } });
    if (!world.isCrawling(widget)) throw new Refusal("no_crawl", { values: { id } });
    return engine.worlds.watch(() => world.endCrawl(widget, body["outcome"] === "succeeded"))[0] ?? {};
  },
  triggerEvent({ engine, world = needed(), id, body }) {
    const { widget } = world.find(id);
    if (!widget) throw new Refusal("not_found", { values: { id } });
    const { to } = engine.dialect.document["x-lifecycle"].operations["recrawlWidget"]?.[widget.state] ?? {};
    if (!world.isCrawling(widget)) world.move(widget, to);
    if (!world.isCrawling(widget)) throw new Refusal("no_crawl", { values: { id } });
    return engine.worlds.watch(() => world.endCrawl(widget, body["outcome"] === "succeeded"))[0] ?? {};
  },
  ...webhookHandlers,
  inspectWidget({ world = needed(), id }) {
    if (!world.widgets.has(id)) throw new Refusal("not_found", { values: { id } });
    const { pages = [], domains = [], tools = [] } = world.widgets.belongings(id) ?? {};
    return {
      pages,
      conversations: world.conversations.of(id).map(conversationAsJson),
      domains,
      tools,
      usage_records: usageAsJson(world.usage.records().filter(({ widget }) => widget === id)),
    };
  },
  listUsage: ({ world = needed() }) => ({ usage_records: usageAsJson(world.usage.records()) }),
  changeSite({ world = needed(), body }) {
    const host = hostOf(String(body["site_url"]));
    if (host === undefined) {
      refuseBody([{ pointer: "#/site_url", code: "format", detail: "must be an address with a host" }]);
    }
    return { host, revision: world.sites.change(host) };
  },
};

/**
 * Answers a request to `/_mock`. Pages of other origins are turned away, so that no website that a developer visits can
 * move their mock; programs send no Origin.
 */
export async function answerControlPlane(engine: Engine, request: Request): Promise<Response> {
  const requestId = engine.worlds.nextRequestId();
  try {
    checkOrigin(request);
    const { operation, params } = router.match(request.method, pathOf(request.url));
    const world = request.headers.has("authorization")
      ? engine.worlds.of(authenticate(request.headers, engine.keys))
      : undefined;
    const body = operation.body ? await readControlBody(operation, request) : {};
    world?.clock.settle();
    const query = readParameters(
      document,
      operation,
      parameters[operation.id],
      searchOf(request.url),
      request.headers,
      "refuse",
      () => undefined,
    );
    const call = { engine, world, id: params["id"] ?? "", params, parameters: query, body };
    return Response.json(await handlers[operation.id as keyof operations](call), {
      headers: { "Request-Id": requestId },
    });
  } catch (error) {
    return refused(engine, error, requestId);
  }
}

/** The organization is left out: it may be the key itself. */
function entryAsJson({ requestId, at, organization, ...entry }: JournalEntry): object {
  return { request_id: requestId, at: new Date(at).toISOString(), ...entry };
}

function usageAsJson(records: readonly UsageRecord[]): object[] {
  return records.map(({ at, ...record }) => ({ at: rfc3339(at), ...record }));
}

async function advance({ worlds }: Engine, milliseconds: number, world: World | undefined): Promise<Happening[]> {
  try {
    return await worlds.advanceAndSettle(milliseconds, world);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    refuseBody([{ pointer: "#/seconds", code: "maximum", detail: `is too far. ${error.message}` }]);
  }
}

function clockOf(engine: Engine, world: World | undefined): object {
  const now = world?.clock.now() ?? engine.worlds.now();
  return { now: new Date(now).toISOString(), running: engine.worlds.running };
}

/** Any Content-Type will do, so that a bare `curl -d` works: what a browser could send so was turned away before. */
async function readControlBody(operation: DescribedOperation, request: Request): Promise<JsonObject> {
  const { value } = parseJson(await readBody(request));
  return validateBody(document, operation, bodies[operation.id], value);
}

function checkOrigin(request: Request): void {
  const origin = request.headers.get("origin");
  if (origin !== null && origin !== new URL(request.url).origin) {
    throw new Refusal("foreign_origin", { values: { origin } });
  }
}

function refused(engine: Engine, error: unknown, requestId: string): Response {
  if (!(error instanceof Refusal)) engine.observer.failed?.(error, requestId);
  const refusal = error instanceof Refusal ? error : new Refusal("internal");
  const problems = { ...engine.dialect.document["x-problems"], ...document["x-problems"] };
  const { status, body, mediaType, headers } = refusalAnswer(
    { problems, rules: engine.dialect.document["x-rules"], form: "problem" },
    refusal,
    requestId,
  );
  return new Response(body, { status, headers: { ...headers, "Request-Id": requestId, "Content-Type": mediaType } });
}
