import type { Dialect } from "../spec/dialect.ts";
import type { WidgetsDocument } from "../spec/document.ts";
import { publishedDocument as published } from "../spec/published-document.ts";
import { answerApi, answerUnread } from "./api.ts";
import type { Caller } from "./control-plane/caller.ts";
import type { MockControls } from "./controls/control-groups.ts";
import { localControls } from "./controls/local-controls.ts";
import { createEngine } from "./create-engine.ts";
import type { Engine } from "./engine.ts";
import type { MockOptions } from "./options.ts";
import { Refusal } from "./refusal.ts";
import { pathOf } from "./request/target.ts";

/** A mock of the API in this process, without a port. Its own controls apply to every organization. */
export interface Mock extends MockControls {
  /**
   * Answers a request as the API would. It can be passed on without the mock (no `this`).
   * @throws TypeError if a fault breaks the connection, as fetch does
   */
  readonly fetch: (request: Request) => Promise<Response>;
  /**
   * Like `fetch`, but synchronous unless something has to be waited for. For servers.
   * @param caller the connection that the request came on; undefined for a caller in this process
   */
  readonly answer: (request: Request, caller?: Caller) => Response | Promise<Response>;
  /** Answers a request that could not be parsed, or that failed with a bug. For servers. */
  readonly refuseUnread: (error?: unknown) => Response;
  readonly seed: number;
  readonly dialect: Dialect;
  /** The controls of one organization, by its API key. */
  world(key: string): MockControls;
  /** Closes the mock: its clocks stop, and nothing happens any more. */
  close(): void;
}

/**
 * Creates a mock. Mocks share no state.
 * @throws OptionError or DialectError
 */
export function createMock(options: MockOptions = {}): Mock {
  return createMockOf(published, options);
}

/** Creates a mock of another document than the published one. */
export function createMockOf(document: WidgetsDocument, options: MockOptions = {}): Mock {
  const engine = createEngine(document, options);
  const { worlds } = engine;
  return {
    ...localControls(engine, undefined),
    fetch: async (request) => respond(engine, request),
    answer: (request, caller) => respond(engine, request, caller),
    refuseUnread: (error) => answerUnread(engine, error),
    get seed() {
      return worlds.defaults.seed;
    },
    dialect: engine.dialect,
    world: (key) => localControls(engine, options.apiKeys?.[key] ?? key),
    close: () => worlds.stop(),
  };
}

/** The response to a request; to HEAD what GET would respond, without the body. */
function respond(engine: Engine, request: Request, caller?: Caller): Response | Promise<Response> {
  const response = answer(engine, request, caller);
  if (request.method !== "HEAD") return response;
  return response instanceof Promise ? response.then(withoutBody) : withoutBody(response);
}

function withoutBody(response: Response): Response {
  void response.body?.cancel();
  return new Response(null, response);
}

function answer(engine: Engine, request: Request, caller?: Caller): Response | Promise<Response> {
  const path = pathOf(request.url);
  if (path === "/_mock" || path.startsWith("/_mock/")) {
    // Loaded on first use: many mocks are never controlled over HTTP.
    const loaded = import("./control-plane/control-plane.ts");
    return loaded.then(({ answerControlPlane }) => answerControlPlane(engine, request, caller));
  }
  if (path === "/openapi.json") return documentResponse(engine, request.method, path);
  return answerApi(engine, request);
}

function documentResponse(engine: Engine, method: string, path: string): Response {
  if (method === "GET" || method === "HEAD") {
    const headers = { "Access-Control-Allow-Origin": "*", "Request-Id": engine.worlds.nextRequestId() };
    return Response.json(engine.dialect.document, { headers });
  }
  const refusal = new Refusal("method_not_allowed", {
    values: { method, path, allow: "GET, HEAD" },
    headers: { Allow: "GET, HEAD" },
  });
  return answerUnread(engine, refusal, { method, path });
}
