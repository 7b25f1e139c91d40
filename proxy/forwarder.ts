import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import { connectionProblem, HttpError } from "../contract-tests/http/http-error.ts";
import type { Target } from "../contract-tests/target.ts";
import { CapturedBody } from "./captured-body.ts";
import type { ExchangeObserver, ForwardedExchange } from "./forwarded-exchange.ts";
import { forwardedLines, headerLines, valuesOf } from "./headers.ts";
import { type ProxyProblemDocument, sendProblem } from "./problem.ts";
import { ResponseWriter } from "./response-writer.ts";

/** How requests are forwarded. */
export interface ForwarderOptions {
  readonly target: Target;
  readonly dispatcher: Dispatcher;
  readonly observer: ExchangeObserver;
  /** How long the server may take to begin an answer, in milliseconds. */
  readonly answerTimeoutMs: number;
}

/** Forwards requests to one server as they are: each is sent once, and its answer is passed on as it comes. */
export class Forwarder {
  readonly #options: ForwarderOptions;
  readonly #base: URL;
  /** Names this proxy in `Via`, so that it knows a request that comes back to it. */
  readonly #pseudonym = `widgets-mock-${randomUUID().slice(0, 8)}`;
  readonly #startedAt = performance.now();
  #count = 0;
  #places = 0;

  constructor(options: ForwarderOptions) {
    this.#options = options;
    this.#base = new URL(options.target.baseUrl);
  }

  /** Milliseconds since the proxy began. */
  now(): number {
    return performance.now() - this.#startedAt;
  }

  /** Forwards a request, and answers with what comes back. */
  forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const lines = headerLines(incoming.rawHeaders);
    const refusal = this.#refusal(incoming, valuesOf(lines, "via"));
    if (refusal) {
      sendProblem(outgoing, refusal);
      return;
    }
    const exchange: ForwardedExchange = {
      n: ++this.#count,
      method: incoming.method ?? "GET",
      path: incoming.url ?? "/",
      requestLines: lines,
      requestBody: new CapturedBody(),
      t0: this.now(),
      t1: 0,
      began: ++this.#places,
      ended: 0,
    };
    this.#options.observer.begin(exchange);
    this.#dispatch(exchange, incoming, outgoing);
  }

  /** Why a request is not forwarded; undefined where it is. */
  #refusal({ url = "" }: IncomingMessage, via: readonly string[]): ProxyProblemDocument | undefined {
    if (via.some((one) => one.includes(this.#pseudonym))) {
      const detail = `${this.#options.target.baseUrl} leads back to this proxy. Give the address of the server itself.`;
      return { problem: "loop", detail };
    }
    if (url.startsWith("/") || url === "*") return undefined;
    const detail = `The request target must begin with a slash, got ${JSON.stringify(url.slice(0, 100))}. Use the proxy's address as base URL of the API, not as an HTTP proxy.`;
    return { problem: "bad_request", detail };
  }

  #dispatch(exchange: ForwardedExchange, incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { dispatcher, answerTimeoutMs, observer } = this.#options;
    const writer = new ResponseWriter(outgoing, observer.isHeldBack(exchange));
    let controller: Dispatcher.DispatchController | undefined;
    let isOver = false;
    const abort = (error: Error) => controller?.abort(error);
    const finish = (error?: HttpError) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      exchange.t1 = this.now();
      exchange.ended = ++this.#places;
      if (error) Object.assign(exchange, { error: error.message, isUnsent: !error.isSent });
      observer.end(exchange);
    };
    const fail = (cause: Error, problem?: ProxyProblemDocument) => {
      if (isOver) return;
      const error = new HttpError(cause, controller !== undefined);
      finish(error);
      writer.fail(problem ?? this.#problemOf(error));
      abort(cause);
    };
    const timer = setTimeout(() => {
      const detail = `${this.#base.host} did not begin an answer to ${exchange.method} ${exchange.path} within ${answerTimeoutMs / 1000} s.`;
      fail(new Error("no answer in time"), { problem: "staging_timeout", detail });
    }, answerTimeoutMs);
    outgoing.once("close", () => {
      if (isOver) return;
      exchange.isLeft = true;
      const error = new Error("the client went away");
      finish(new HttpError(error, controller !== undefined));
      abort(error);
    });
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: (started) => {
        controller = started;
        exchange.t0 = this.now();
        if (isOver) abort(new Error("no longer of interest"));
      },
      onResponseStart: (started, status, fields, message = "") => {
        if (status < 200) return writer.announce(status, fields);
        clearTimeout(timer);
        const lines = headerLines((started.rawHeaders ?? []) as Buffer[]);
        exchange.response = { status, lines, body: new CapturedBody() };
        writer.begin({ status, message, lines: forwardedLines(lines) }, () => started.resume());
      },
      onResponseData: (started, chunk) => {
        exchange.response?.body.add(chunk);
        if (!writer.write(chunk)) started.pause();
      },
      onResponseEnd: (_, trailers) => {
        exchange.response?.body.end();
        finish();
        writer.end(trailers, () => observer.proofIn(exchange));
      },
      onResponseError: (_, error) => fail(error),
    };
    try {
      dispatcher.dispatch({ ...this.#requestOf(exchange), body: bodyOf(incoming, exchange) }, handler);
    } catch (error) {
      fail(error as Error);
    }
  }

  #requestOf({ method, path, requestLines }: ForwardedExchange) {
    const { origin, host, pathname } = this.#base;
    // Whoever expects to be told to go on was told so by this proxy.
    const lines = forwardedLines(requestLines).filter(([name]) => !/^(host|expect)$/i.test(name));
    const headers = [["Host", host] as const, ...lines, ["Via", `1.1 ${this.#pseudonym}`] as const].flat();
    return {
      origin,
      path: path === "*" ? path : pathname.replace(/\/+$/, "") + path,
      method: method as Dispatcher.HttpMethod,
      headers,
    };
  }

  /** What is wrong with the way to the server, or with its answer. */
  #problemOf(error: HttpError): ProxyProblemDocument {
    const { problem, advice } = connectionProblem(error, this.#options.target);
    const sentence = `${problem[0]?.toUpperCase()}${problem.slice(1)}. ${advice}`;
    return { problem: error.isSent ? "staging_failed" : "staging_unreachable", detail: sentence };
  }
}

/** The body of a request as it comes, kept meanwhile; null where there is none. */
function bodyOf(incoming: IncomingMessage, { requestBody }: ForwardedExchange) {
  const { "content-length": length, "transfer-encoding": coding } = incoming.headers;
  if (coding === undefined && (length === undefined || length === "0")) {
    requestBody.end();
    return null;
  }
  async function* pass() {
    for await (const chunk of incoming) {
      requestBody.add(chunk as Buffer);
      yield chunk as Buffer;
    }
    requestBody.end();
  }
  return Readable.from(pass(), { objectMode: false });
}
