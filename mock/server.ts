import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { getRequestListener, type Http2Bindings, type HttpBindings, RequestError } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Caller } from "./control-plane/caller.ts";
import { ConnectionReset, isTruncated, type TruncatedResponse } from "./faults/broken-connection.ts";
import type { Mock } from "./mock.ts";

/** A mock that listens on a port. */
export interface Listening {
  /** Base URL, without a slash at the end. */
  readonly url: string;
  /** Closes the port and every connection. */
  close(): Promise<void>;
}

/**
 * Opens a port for a mock. Sockets are used in this file only.
 * @param port 0 picks a free one
 * @throws the system's error if the port or the address is not available
 */
export async function listen(
  { answer, refuseUnread }: Pick<Mock, "answer" | "refuseUnread">,
  port: number,
  hostname: string,
): Promise<Listening> {
  const errorHandler = (error: unknown) => refuseUnread(error instanceof RequestError ? undefined : error);
  const respond = (request: Request, { incoming, outgoing }: HttpBindings | Http2Bindings) => {
    const socket = incoming.socket as Socket;
    const broken = (error: unknown) => breakOff(socket, error);
    const sendResponse = (response: Response) => (isTruncated(response) ? sendHalf(response, outgoing) : response);
    try {
      const response = answer(request, new SocketCaller(socket, hostname));
      return response instanceof Promise ? response.then(sendResponse).catch(broken) : sendResponse(response);
    } catch (error) {
      return broken(error);
    }
  };
  const server = createServer(getRequestListener(respond, { errorHandler }));
  // Longer than clients keep idle connections, so that none is closed while a request is on its way.
  server.keepAliveTimeout = 75_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, hostname, resolve);
  });
  return { url: urlOf(server, hostname), close: () => close(server) };
}

/** The caller on a socket. Its addresses are read only when needed. */
class SocketCaller implements Caller {
  readonly hostname: string;
  readonly #socket: Socket;

  constructor(socket: Socket, hostname: string) {
    this.#socket = socket;
    this.hostname = hostname;
  }

  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress;
  }

  get localAddress(): string | undefined {
    return this.#socket.localAddress;
  }
}

/** Resets the connection for a ConnectionReset; any other error is rethrown. */
function breakOff(socket: Socket, error: unknown): Response {
  if (!(error instanceof ConnectionReset)) throw error;
  socket.resetAndDestroy();
  return RESPONSE_ALREADY_SENT;
}

/** Sends the first half of a response, then breaks the connection. */
function sendHalf(
  { status, headers, half }: TruncatedResponse,
  outgoing: HttpBindings["outgoing"] | Http2Bindings["outgoing"],
) {
  const response = outgoing as ServerResponse;
  response.writeHead(status, Object.fromEntries(headers));
  response.write(half, () => response.destroy());
  return RESPONSE_ALREADY_SENT;
}

function urlOf(server: Server, hostname: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
