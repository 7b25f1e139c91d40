import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { explainListenError } from "../listen-error.ts";
import type { WebhookAsReceived } from "./check-signature.ts";

/** What a webhook is answered with. */
export interface WebhookAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/** No webhook is larger. */
const maxBytes = 1024 * 1024;

/**
 * Receives webhooks on a port of this machine.
 * @returns its URL, and a function that closes it
 * @throws Error that says what to give instead of the port
 */
export async function receiveWebhooks(
  port: number,
  handle: (webhook: WebhookAsReceived) => Promise<WebhookAnswer>,
): Promise<{ readonly url: string; readonly close: () => void }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const answer = ({ status, headers, body }: WebhookAnswer) => response.writeHead(status, headers).end(body);
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) chunks.push(chunk);
    });
    request.on("end", () => {
      if (request.method !== "POST") answer({ status: 405, headers: { Allow: "POST" } });
      else if (bytes > maxBytes) answer({ status: 413 });
      else {
        handle({ headers: singleHeaders(request.headers), body: Buffer.concat(chunks) }).then(answer, () =>
          answer({ status: 500 }),
        );
      }
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(explainListenError(error, { port, host: "127.0.0.1" })));
    server.listen(port, "127.0.0.1", resolve);
  });
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

function singleHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
