import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, isIPv6, type Socket } from "node:net";
import { boundReached, type MockBounds } from "../bounds.ts";
import type { MockCore } from "../core.ts";
import type { Mock } from "../mock.ts";
import { Refusal } from "../refusal.ts";
import { addressOf, forwardedAddress, secureAddress } from "./address.ts";
import type { Answer } from "./answer.ts";
import type { RequestBody } from "./exchange.ts";
import { announcesBody, receiveBody, streamBody } from "./receive-body.ts";
import { sendAnswer } from "./send-answer.ts";
import { SocketExchange } from "./socket-exchange.ts";
import { refuseUnparsed, tunnelError, type Unparsed } from "./unparsed.ts";
import { UnreadAnswers } from "./unread-answers.ts";

/** A mock that listens on a port. */
export interface Listening {
  /** Base URL, without a slash at the end. */
  readonly url: string;
  /** Closes the port and every connection. */
  close(): Promise<void>;
  /**
   * Closes the port at once, and each connection when its request has been answered.
   * @param graceMs the longest that this may take, in real milliseconds; then everything is closed
   */
  drain(graceMs: number): Promise<void>;
}

/** Where to listen. */
export interface ListenOptions {
  /** 0, the default, picks a free one. */
  readonly port?: number;
  /** Host name or address (default `127.0.0.1`: this machine alone). */
  readonly host?: string;
  /** Certificate, with the chain behind it, and its key, both as PEM (default: no TLS). */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/**
 * Opens a port for a mock.
 * @throws the system's error if the port or the address is not available, and OpenSSL's if certificate and key do not fit
 */
export async function listen(
  { core }: Pick<Mock, "core">,
  { port = 0, host = "127.0.0.1", tls }: ListenOptions = {},
): Promise<Listening> {
  const { bounds } = core;
  core.listensOn(host);
  const connections = new Connections(core, { host, isSecure: tls !== undefined });
  const server = await createServerFor(bounds, tls);
  server.on("request", (incoming, response) => connections.serve(incoming, response));
  server.on(tls ? "secureConnection" : "connection", (socket: Socket) => {
    if (connections.count >= bounds.maxConnections) server.closeIdleConnections();
    connections.add(socket);
  });
  // Node would answer these two by itself, with no word of why, or not at all.
  server.on("checkExpectation", (incoming, response) => connections.serve(incoming, response));
  server.on("connect", (incoming, socket) => connections.refuse(tunnelError(incoming), socket as Socket));
  server.on("clientError", (error, socket) => {
    // A handshake that failed: there is nobody to answer.
    if (tls && !connections.has(socket as Socket)) socket.destroy();
    else connections.refuse(error as Unparsed, socket as Socket);
  });
  // Longer than clients keep idle connections, so that none is closed while a request is on its way.
  server.keepAliveTimeout = 75_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return {
    url: urlOf(server, { hostname: host, isSecure: tls !== undefined }),
    close: () => close(server),
    drain: (graceMs) => drain(server, connections, graceMs),
  };
}

async function createServerFor(bounds: MockBounds, tls: ListenOptions["tls"]): Promise<Server> {
  // Lines sent twice are joined and then rejected, where Node would drop all but the first.
  const options = { joinDuplicateHeaders: true, requireHostHeader: false, ...timeoutsOf(bounds) };
  if (!tls) return createServer(options);
  const { createServer: createSecureServer } = await import("node:https");
  const server = createSecureServer({ ...options, ...tls, handshakeTimeout: options.headersTimeout });
  // Connections whose handshake has not ended are counted by nobody else.
  server.maxConnections = 2 * bounds.maxConnections;
  return server;
}

/** Node looks for requests that are late every so often. */
const maxCheckingMs = 30_000;

function timeoutsOf({ headerTimeoutSeconds, requestTimeoutSeconds }: MockBounds) {
  // Node takes no longer ones.
  const milliseconds = (seconds: number) => Math.min(seconds * 1000, Number.MAX_SAFE_INTEGER);
  const [headersTimeout, requestTimeout] = [milliseconds(headerTimeoutSeconds), milliseconds(requestTimeoutSeconds)];
  return {
    headersTimeout: Math.min(headersTimeout, requestTimeout),
    requestTimeout,
    connectionsCheckingInterval: Math.min(maxCheckingMs, headersTimeout / 2, requestTimeout / 2),
  };
}

/** The code of Node's error for a request that takes too long to arrive. */
const lateCode = "ERR_HTTP_REQUEST_TIMEOUT";

/** One that is over the bound has so long for its request, in real time. */
const overBoundMs = 1000;

/** Serves the requests on a mock's connections: reads what is sent, and writes what the core answers. */
class Connections {
  readonly #core: MockCore;
  readonly #host: string;
  readonly #isSecure: boolean;
  readonly #open = new Set<Socket>();
  /** Ends the request whose body is being received on a connection. */
  readonly #receiving = new Map<Socket, (error: Unparsed) => void>();
  /** Connections whose answer has to be waited for. */
  readonly #waiting = new WeakSet<Socket>();
  /** Of those, the ones on which nothing that came behind the request can be parsed. */
  readonly #broken = new WeakSet<Socket>();
  /** Connections that were one too many when they were opened. */
  readonly #overBound = new Set<Socket>();
  readonly #unread: UnreadAnswers;
  #isDraining = false;

  constructor(core: MockCore, { host, isSecure }: { readonly host: string; readonly isSecure: boolean }) {
    this.#core = core;
    this.#isSecure = isSecure;
    this.#unread = new UnreadAnswers(core.bounds.maxUnreadMegabytes * 1_000_000);
    this.#host = host;
  }

  /** Number of open connections. */
  get count(): number {
    return this.#open.size;
  }

  has(socket: Socket): boolean {
    return this.#open.has(socket);
  }

  add(socket: Socket): void {
    // Node hears of errors itself, until it hands a connection over, as it does after CONNECT: then one would end the process.
    socket.on("error", () => undefined);
    if (this.count >= this.#core.bounds.maxConnections) {
      this.#overBound.add(socket);
      socket.setTimeout(overBoundMs, () => socket.destroy());
    }
    this.#open.add(socket);
    socket.once("close", () => {
      this.#open.delete(socket);
      this.#overBound.delete(socket);
      this.#receiving.delete(socket);
    });
  }

  /** From now on, each answer is the last one on its connection. */
  beginToDrain(): void {
    this.#isDraining = true;
  }

  /** Closes the connections on which nobody waits for an answer: their requests have not arrived whole. */
  closeUnfinished(): void {
    for (const socket of this.#open) {
      if (!this.#waiting.has(socket) && socket.writableLength === 0) socket.destroy();
    }
  }

  serve(incoming: IncomingMessage, response: ServerResponse): void {
    const { method = "GET", url = "/", headers } = incoming;
    const called = addressOf(headers.host ?? defaultHostOf(incoming), url);
    const direct = called && this.#isSecure ? secureAddress(called) : called;
    const address = direct && this.#core.trustsProxy ? forwardedAddress(direct, headers) : direct;
    const exchange = new SocketExchange(incoming, response, { address, method, host: this.#host });
    if (this.#isOverBound(incoming.socket)) this.#refuseConnection(exchange);
    else if (!address) this.#send(exchange, this.#core.refuse(exchange, new Refusal("malformed_target")));
    else if (announcesBody(headers)) this.#receive(exchange);
    else this.#answer(exchange);
  }

  /** Idle connections that were closed to make room are gone by the time of the first request. */
  #isOverBound(socket: Socket): boolean {
    if (this.#overBound.size === 0 || !this.#overBound.has(socket)) return false;
    if (this.count > this.#core.bounds.maxConnections) return true;
    this.#overBound.delete(socket);
    socket.setTimeout(0);
    return false;
  }

  #refuseConnection(exchange: SocketExchange): void {
    exchange.response.shouldKeepAlive = false;
    this.#send(exchange, this.#core.refuse(exchange, boundReached("maxConnections", this.#core.bounds, 429)));
  }

  #receive(exchange: SocketExchange): void {
    const { incoming } = exchange;
    const { socket } = incoming;
    if (this.#core.streamsBody(exchange)) {
      const { body, breakOff } = streamBody(incoming);
      exchange.body = body;
      this.#receiving.set(socket, ({ code }) =>
        breakOff(code === lateCode ? new Refusal("request_timeout") : undefined),
      );
      this.#answer(exchange);
      return;
    }
    let isLate = false;
    const received = (body: RequestBody) => {
      this.#receiving.delete(socket);
      exchange.body = body;
      if (isLate) this.#send(exchange, this.#core.refuse(exchange, new Refusal("request_timeout")));
      else this.#answer(exchange);
    };
    const end = receiveBody(incoming, this.#core.maxBodyBytes, received);
    this.#receiving.set(socket, ({ code }) => {
      isLate = code === lateCode;
      end();
    });
  }

  /** Refuses what Node cannot parse. */
  refuse(error: Unparsed, socket: Socket): void {
    const endRequest = this.#receiving.get(socket);
    // In the middle of a body, or behind a request that is being carried out: that one is answered, and nothing more.
    endRequest?.(error);
    if (this.#waiting.has(socket)) this.#broken.add(socket);
    else if (endRequest) socket.destroySoon();
    else refuseUnparsed(this.#core, error, socket);
  }

  #answer(exchange: SocketExchange): void {
    let answer: Answer | Promise<Answer>;
    try {
      answer = this.#core.answer(exchange);
    } catch (error) {
      answer = this.#core.refuse(exchange, error);
    }
    if (answer instanceof Promise) this.#wait(exchange, answer);
    else this.#send(exchange, answer);
  }

  #send(exchange: SocketExchange, answer: Answer): void {
    if (this.#isDraining) exchange.response.shouldKeepAlive = false;
    sendAnswer(exchange, answer);
    // A stream has a bound of its own.
    if (typeof answer.body !== "function") this.#unread.add(exchange.response);
  }

  #wait(exchange: SocketExchange, answer: Promise<Answer>): void {
    const { socket } = exchange.incoming;
    this.#waiting.add(socket);
    void answer
      .catch((error: unknown) => this.#core.refuse(exchange, error))
      .then((ready) => {
        this.#waiting.delete(socket);
        this.#receiving.delete(socket);
        this.#send(exchange, ready);
        if (this.#broken.has(socket)) socket.destroySoon();
      });
  }
}

/** The host of a request that names none: HTTP/1.0 need not, as the health checks of a balancer do not. */
function defaultHostOf({ httpVersion, socket }: IncomingMessage): string {
  const { localAddress = "", localPort } = socket;
  if (httpVersion !== "1.0") return "";
  return `${isIPv6(localAddress) ? `[${localAddress}]` : localAddress}:${localPort}`;
}

function urlOf(
  server: Server,
  { hostname, isSecure }: { readonly hostname: string; readonly isSecure: boolean },
): string {
  const { port } = server.address() as AddressInfo;
  return `${isSecure ? "https" : "http"}://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}

/** A client that has sent half a request when the port closes has so long to send the rest, in real time. */
const unfinishedMs = 1000;

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Node closes idle connections when the server is closed. */
async function drain(server: Server, connections: Connections, graceMs: number): Promise<void> {
  connections.beginToDrain();
  const timers = [
    setTimeout(() => connections.closeUnfinished(), Math.min(unfinishedMs, graceMs)),
    setTimeout(() => server.closeAllConnections(), graceMs),
  ];
  await new Promise<void>((resolve) => server.close(() => resolve()));
  for (const timer of timers) clearTimeout(timer);
}
