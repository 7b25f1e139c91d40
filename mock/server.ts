import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";

/** A mock that listens on a port. */
export interface Listening {
  /** Where it is reached, without a slash at the end. */
  readonly url: string;
  /** Closes the port and every connection. */
  close(): Promise<void>;
}

/**
 * Opens a port for a function from Request to Response. The only file that knows sockets.
 * @param port 0 takes a free one
 * @throws the system's error where the port or the address cannot be had
 */
export async function listen(
  fetch: (request: Request) => Promise<Response>,
  port: number,
  hostname: string,
): Promise<Listening> {
  const server = createServer(
    // A target or a Host that no URL can be made of never becomes a Request.
    getRequestListener(fetch, { overrideGlobalObjects: true, errorHandler: () => malformed() }),
  );
  // Longer than clients keep idle connections, so that none is closed under a request on its way.
  server.keepAliveTimeout = 75_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, hostname, resolve);
  });
  return { url: urlOf(server, hostname), close: () => close(server) };
}

function malformed(): Response {
  return new Response(
    JSON.stringify({
      type: "about:blank",
      title: "Bad Request",
      status: 400,
      detail: "The request line or the Host header is no address.",
      code: "validation_error",
    }),
    { status: 400, headers: { "Content-Type": "application/problem+json" } },
  );
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
