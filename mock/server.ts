import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener, RequestError } from "@hono/node-server";
import type { Mock } from "./mock.ts";

/** A mock that listens on a port. */
export interface Listening {
  /** Where it is reached, without a slash at the end. */
  readonly url: string;
  /** Closes the port and every connection. */
  close(): Promise<void>;
}

/**
 * Opens a port for a mock. The only file that knows sockets.
 * @param port 0 takes a free one
 * @throws the system's error where the port or the address cannot be had
 */
export async function listen(
  { answer, refuseUnread }: Pick<Mock, "answer" | "refuseUnread">,
  port: number,
  hostname: string,
): Promise<Listening> {
  const errorHandler = (error: unknown) => refuseUnread(error instanceof RequestError ? undefined : error);
  const server = createServer(getRequestListener(answer, { errorHandler }));
  // Longer than clients keep idle connections, so that none is closed under a request on its way.
  server.keepAliveTimeout = 75_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, hostname, resolve);
  });
  return { url: urlOf(server, hostname), close: () => close(server) };
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
