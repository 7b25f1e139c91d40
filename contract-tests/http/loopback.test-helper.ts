import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** A server on this machine, until the test ends. */
export interface Loopback {
  readonly url: string;
  readonly port: number;
  /** Ends it before the test does, with every connection. */
  close(): void;
}

/** Serves requests on a free port, with TLS where options of it are given. */
export async function serve(answer: RequestListener, tls?: ServerOptions): Promise<Loopback> {
  return listen(tls ? createTlsServer(tls, answer) : createServer(answer), tls ? "https" : "http");
}

/** A proxy that tunnels, and forwards plain HTTP; `refuse` is the status for those that it lets nowhere. */
export async function serveProxy(refuse: (request: IncomingMessage) => number | undefined = () => undefined) {
  const seen: string[] = [];
  const proxy = createServer(async (request, response) => {
    seen.push(`${request.method} ${request.url}`);
    const answer = await fetch(String(request.url), {
      headers: { authorization: request.headers.authorization ?? "" },
    });
    response.writeHead(answer.status).end(await answer.text());
  });
  proxy.on("connect", (request, client: Socket) => {
    seen.push(`CONNECT ${request.url}`);
    const status = refuse(request);
    if (status !== undefined) return void client.end(`HTTP/1.1 ${status} No\r\n\r\n`);
    const server = connect(Number(request.url?.split(":").at(-1)), "127.0.0.1", () => {
      client.write("HTTP/1.1 200 OK\r\n\r\n");
      server.pipe(client).pipe(server);
    });
    server.on("error", () => client.destroy());
    client.on("error", () => server.destroy());
  });
  return { ...(await listen(proxy, "http")), seen };
}

/** A port of this machine on which nobody listens. */
export async function closedPort(): Promise<number> {
  const { port, close } = await serve(() => undefined);
  close();
  return port;
}

async function listen(server: Server, scheme: string): Promise<Loopback> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(close);
  const { port } = server.address() as AddressInfo;
  return { url: `${scheme}://localhost:${port}`, port, close };
}
