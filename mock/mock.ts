import type { Dialect } from "../spec/dialect.ts";
import type { WidgetsDocument } from "../spec/document.ts";
import { publishedDocument as published } from "../spec/published-document.ts";
import { answerApi, answerUnread } from "./api.ts";
import type { Caller } from "./control-plane/caller.ts";
import { type Controls, controlsOf } from "./controls/controls.ts";
import { createEngine } from "./create-engine.ts";
import type { Engine } from "./engine.ts";
import type { MockOptions } from "./options.ts";
import { Refusal } from "./refusal.ts";
import { pathOf } from "./request/target.ts";

/** A mock of the whole API in this process: no port is open. What it controls concerns every organization's world. */
export interface Mock extends Controls {
  /**
   * Answers a request as the API would. Needs no `this`.
   * @throws TypeError where a fault breaks the connection, as fetch does
   */
  readonly fetch: (request: Request) => Promise<Response>;
  /**
   * The same, at once where nothing has to be waited for: what a port is served with.
   * @param caller who calls by a port; left out for who is in this process
   */
  readonly answer: (request: Request, caller?: Caller) => Response | Promise<Response>;
  /** Answers what could not become a Request, or, with the bug, what failed on the way: for whoever opens a port. */
  readonly refuseUnread: (bug?: unknown) => Response;
  readonly seed: number;
  readonly dialect: Dialect;
  /** The same controls for the organization that an API key belongs to. */
  world(key: string): Controls;
  /** Ends the mock: nothing happens any more. */
  close(): void;
}

/**
 * Makes a mock. Mocks share nothing.
 * @throws OptionError or DialectError, with a message for the user
 */
export function createMock(options: MockOptions = {}): Mock {
  return createMockOf(published, options);
}

/** Makes a mock of another state of the document than the published one. */
export function createMockOf(document: WidgetsDocument, options: MockOptions = {}): Mock {
  const engine = createEngine(document, options);
  const { worlds } = engine;
  return {
    ...controlsOf(engine, undefined),
    fetch: async (request) => answer(engine, request),
    answer: (request, caller) => answer(engine, request, caller),
    refuseUnread: (bug) => answerUnread(engine, bug),
    get seed() {
      return worlds.defaults.seed;
    },
    dialect: engine.dialect,
    world: (key) => controlsOf(engine, options.apiKeys?.[key] ?? key),
    close: () => worlds.stop(),
  };
}

function answer(engine: Engine, request: Request, caller?: Caller): Response | Promise<Response> {
  const path = pathOf(request.url);
  if (path === "/_mock" || path.startsWith("/_mock/")) {
    // Loaded at its first use: most of what a mock does is answer its API.
    const loaded = import("./control-plane/control-plane.ts");
    return loaded.then(({ answerControlPlane }) => answerControlPlane(engine, request, caller));
  }
  if (path === "/openapi.json") return documentResponse(engine, request.method, path);
  return answerApi(engine, request);
}

function documentResponse(engine: Engine, method: string, path: string): Response {
  if (method === "GET") {
    const headers = { "Access-Control-Allow-Origin": "*", "Request-Id": engine.worlds.nextRequestId() };
    return Response.json(engine.dialect.document, { headers });
  }
  const refusal = new Refusal("method_not_allowed", {
    values: { method, path, allow: "GET" },
    headers: { Allow: "GET" },
  });
  return answerUnread(engine, refusal, { method, path });
}
