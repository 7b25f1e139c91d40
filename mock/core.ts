import { assumedBy } from "../spec/document.ts";
import type { RuleId } from "../spec/generated/rules.ts";
import { answerRequest, answerUnread } from "./api.ts";
import type { MockBounds } from "./bounds.ts";
import { accessOf } from "./control-plane/guard.ts";
import type { Engine } from "./engine.ts";
import type { Answer } from "./http/answer.ts";
import { corsHeaders, isPreflight, preflightAnswer } from "./http/cors.ts";
import type { ExchangeHead, MockExchange } from "./http/exchange.ts";
import { servedBy } from "./http/served-document.ts";
import type { Surface } from "./http/surface.ts";
import { metricsPath } from "./metrics/meter.ts";
import { apiSurface } from "./operations/api-surface.ts";
import { Refusal } from "./refusal.ts";
import type { KeyPolicy } from "./request/authenticate.ts";
import { maxBodyBytes } from "./request/body.ts";
import { newRequestContext } from "./request/request-context.ts";
import type { Router } from "./request/route.ts";

/** A mock as a function from plain data to plain data. Adapters for sockets and for `fetch` stand around it. */
export interface MockCore {
  readonly bounds: MockBounds;
  /** Which API keys it accepts, besides those that an admin has made. */
  readonly keyPolicy: Readonly<KeyPolicy>;
  /** Answers a request, synchronously unless something has to be waited for. */
  answer(exchange: MockExchange): Answer | Promise<Answer>;
  /**
   * Answers a request that could not be read, or that met a bug.
   * @param error a Refusal that says what is wrong; anything else is a bug
   */
  refuse(exchange: MockExchange, error: unknown): Answer;
  /** Loads what is loaded on first use otherwise, so that every request is carried out at once. */
  prepare(): Promise<void>;
  /** Maximum size of the body of a request, unless it is streamed; a larger one need not be read. */
  readonly maxBodyBytes: number;
  /** True if the body of a request is read as it arrives, whatever its size. */
  streamsBody(head: ExchangeHead): boolean;
  /** True if it believes what a proxy says of the address that it was called by. */
  readonly trustsProxy: boolean;
  /** Says that it listens on a host name or address: off loopback, not every key is accepted unless an option says so. */
  listensOn(host: string): void;
}

/** Creates the core of a mock. */
export function createCore(engine: Engine, openKeys?: boolean): MockCore {
  const api = apiSurface(engine);
  let control: Promise<Surface> | Surface | undefined;
  const controlPlane = () => {
    // Loaded on first use: many mocks are never controlled over HTTP.
    control ??= import("./control-plane/control-plane.ts").then(({ controlSurface }) => {
      control = controlSurface(engine);
      return control;
    });
    return control;
  };
  const embed = engine.dialect.document["x-embed"];
  return {
    bounds: engine.bounds,
    keyPolicy: engine.keyPolicy,
    trustsProxy: engine.reach.trustsProxy,
    answer(exchange) {
      const { path } = exchange;
      if (engine.hasConsole && isConsolePath(path)) return consolePage(engine, exchange);
      if (isControlPath(path)) return answerOn(controlPlane(), exchange);
      if (path === embed?.script) return widgetScriptAnswer(api, exchange, assumedBy(embed));
      if (path === "/favicon.ico") return faviconAnswer(engine);
      const readable = readableAt[path];
      if (readable) return answerUnlessRead(api, exchange) ?? readable(api, exchange);
      return preflightOf(api, exchange, engine.router) ?? answerRequest(api, exchange);
    },
    refuse: (exchange, error) => answerUnread(api, exchange, error),
    async prepare() {
      await engine.validators();
      await controlPlane();
    },
    maxBodyBytes,
    streamsBody: (head) =>
      head.path === "/_mock/snapshot" &&
      head.method === "PUT" &&
      engine.hasControlPlane &&
      accessOf(engine, head) !== undefined,
    listensOn(host) {
      if (isLoopback(host)) return;
      engine.reach.isPublic = true;
      engine.keyPolicy.isOpen = openKeys ?? false;
    },
  };
}

/** True for host names and addresses that no other machine can call (RFC 6761, section 6.3). */
function isLoopback(host: string): boolean {
  return /^(?:127(?:\.\d+){3}|::1|(?:.+\.)?localhost)$/i.test(host);
}

function answerOn(surface: Surface | Promise<Surface>, exchange: MockExchange): Answer | Promise<Answer> {
  return surface instanceof Promise
    ? surface.then((loaded) => answerRequest(loaded, exchange))
    : answerRequest(surface, exchange);
}

/** The answer to OPTIONS: for a path that there is, or where a browser asks on behalf of a page. */
function preflightOf(
  { engine }: Surface,
  { method, header, path }: MockExchange,
  { methodsAt }: Pick<Router, "methodsAt">,
): Answer | undefined {
  if (method !== "OPTIONS") return undefined;
  const methods = methodsAt(path);
  if (methods.length === 0 && !isPreflight(method, header)) return undefined;
  return preflightAnswer(header, methods, engine.worlds.nextRequestId());
}

/** What is beside the API, and can only be read. */
const readableAt: { readonly [path: string]: (api: Surface, exchange: MockExchange) => Answer } = {
  "/": rootAnswer,
  "/openapi.json": documentAnswer,
};

/** The document of the dialect, which names this mock as its server. */
function documentAnswer({ engine, document }: Surface, { header, origin }: MockExchange): Answer {
  const requestId = engine.worlds.nextRequestId();
  const headers = { ...corsHeaders(header), "Request-Id": requestId, "Content-Type": "application/json" };
  return { status: 200, body: JSON.stringify(servedBy(document, origin)), headers };
}

/** Leads browsers to the console, and tells everybody else where things are. It stays out of the log. */
function rootAnswer({ engine }: Surface, { header, origin }: MockExchange): Answer {
  const { hasConsole, hasControlPlane, operations, version, worlds } = engine;
  const headers = { ...corsHeaders(header), "Request-Id": worlds.nextRequestId(), Vary: "Accept" };
  if (hasConsole && header("accept")?.includes("text/html")) {
    return { status: 302, body: null, headers: { ...headers, Location: consolePath, "Cache-Control": "no-store" } };
  }
  const list = operations.get("listWidgets");
  const paths = {
    ...(list && { widgets: list.path }),
    openapi: "/openapi.json",
    health: "/_mock/health",
    ...(hasControlPlane && { control: "/_mock/openapi.json" }),
    ...(hasConsole && { console: consolePath }),
  };
  const links = Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, origin + path]));
  const body = JSON.stringify({ name: "widgets-mock", version, links });
  return { status: 200, body, headers: { ...headers, "Content-Type": "application/json" } };
}

/** The path of the console. */
const consolePath = "/_mock/console/";

function isControlPath(path: string): boolean {
  return path === "/_mock" || path.startsWith("/_mock/") || path === metricsPath;
}

function isConsolePath(path: string): boolean {
  return path.startsWith(consolePath) || path.startsWith("/_mock/demo/") || path === consolePath.slice(0, -1);
}

/** A file of the console; its code is loaded when somebody asks for it. */
async function consolePage(engine: Engine, exchange: MockExchange): Promise<Answer> {
  const { consoleAnswer } = await import("./console/console-answer.ts");
  return consoleAnswer(engine, exchange);
}

const readMethods = ["GET", "HEAD"];

/** The answer to a method that does not read, for what can only be read. */
function answerUnlessRead(api: Surface, exchange: MockExchange): Answer | undefined {
  const { method, path } = exchange;
  if (readMethods.includes(method)) return undefined;
  const allow = readMethods.join(", ");
  const refusal = new Refusal("method_not_allowed", { values: { method, path, allow }, headers: { Allow: allow } });
  return preflightOf(api, exchange, { methodsAt: () => readMethods }) ?? answerUnread(api, exchange, refusal);
}

/** The script that pages embed widgets with (A-EMBED-1), loaded when a page first asks for it. */
function widgetScriptAnswer(
  api: Surface,
  exchange: MockExchange,
  assumed: readonly RuleId[],
): Answer | Promise<Answer> {
  return (
    answerUnlessRead(api, exchange) ??
    import("./embed/generated/widget-script.ts").then(({ widgetScript }) =>
      api.finish(newRequestContext(exchange), {
        status: 200,
        body: widgetScript,
        mediaType: "text/javascript; charset=utf-8",
        // A page that isolates itself (Cross-Origin-Embedder-Policy) may embed it too.
        headers: { "Cache-Control": "no-cache", "Cross-Origin-Resource-Policy": "cross-origin" },
        assumed,
      }),
    )
  );
}

/** Every browser asks for it, and no client of the API does: it stays out of the log. */
function faviconAnswer({ worlds }: Engine): Answer {
  return {
    status: 204,
    body: null,
    headers: { "Request-Id": worlds.nextRequestId(), "Cache-Control": "max-age=86400" },
  };
}
