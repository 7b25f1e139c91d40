import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { dispatcherOf } from "../contract-tests/http/connection.ts";
import { isOnThisMachine } from "../contract-tests/target.ts";
import { Forwarder, type ForwarderOptions } from "./forwarder.ts";
import { problemAnswer } from "./problem.ts";

/** A proxy that listens. */
export interface RunningProxy {
  /** Base URL, without a slash at the end. */
  readonly url: string;
  /** Takes no more requests, and closes everything when those under way have been answered, or when the time is over. */
  close(graceMs: number): Promise<void>;
}

/** How a proxy is opened. */
export interface ProxyOptions extends Omit<ForwarderOptions, "dispatcher"> {
  /** 0 picks a free one. */
  readonly port: number;
  readonly host: string;
  /** Answers what is meant for the proxy itself; false where it is not. */
  readonly answerOwn?: (incoming: IncomingMessage, outgoing: ServerResponse) => boolean;
}

/** Headers of this size are passed on, as most servers take them; Node's own limit is a quarter of it. */
const maxHeaderBytes = 64 * 1024;
/** Longer than clients keep idle connections. */
const keepAliveMs = 75_000;

/**
 * Opens a proxy.
 * @throws the system's error if the port or the address is not available
 */
export async function openProxy({ port, host, answerOwn, ...options }: ProxyOptions): Promise<RunningProxy> {
  const { target } = options;
  const dispatcher = await dispatcherOf(target.connection ?? {}, isOnThisMachine(target));
  const forwarder = new Forwarder({ ...options, dispatcher });
  const server = createServer(
    { maxHeaderSize: maxHeaderBytes, requireHostHeader: false, requestTimeout: 0, keepAliveTimeout: keepAliveMs },
    (incoming, outgoing) => {
      if (!answerOwn?.(incoming, outgoing)) forwarder.forward(incoming, outgoing);
    },
  );
  server.on("checkExpectation", (incoming, outgoing) => forwarder.forward(incoming, outgoing));
  server.on("connect", ({ url }, socket) => {
    refuse(socket as Socket, `CONNECT ${url}: use the proxy's address as base URL of the API, not as an HTTP proxy.`);
  });
  server.on("clientError", (error, socket) =>
    refuse(socket as Socket, `The request cannot be read: ${error.message}.`),
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return {
    url: urlOf(server, host),
    close: async (graceMs) => {
      await drain(server, graceMs);
      await dispatcher.destroy();
    },
  };
}

function urlOf(server: Server, host: string): string {
  const { port, family, address } = server.address() as AddressInfo;
  const shown = host === "0.0.0.0" || host === "::" ? "localhost" : family === "IPv6" ? `[${address}]` : address;
  return `http://${shown}:${port}`;
}

/** Answers what is no request that Node could read. */
function refuse(socket: Socket, detail: string): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { status, headers, body } = problemAnswer({ problem: "bad_request", detail });
  const fields = Object.entries({ ...headers, Connection: "close" }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${fields.join("")}\r\n${body}`);
}

async function drain(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(timer);
}
