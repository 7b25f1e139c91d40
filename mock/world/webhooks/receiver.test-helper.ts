import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A request that a receiver got. */
export interface Received {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** The responses of a receiver, by the number of the request, from 0. */
export type Answering = (
  n: number,
) => { readonly status: number; readonly headers?: Record<string, string> } | "hang up" | "never";

/** A receiver of webhooks on a free port. */
export async function receiver(answering: Answering = () => ({ status: 204 })) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const answer = answering(received.length);
      received.push({ headers: request.headers as Record<string, string>, body: Buffer.concat(chunks).toString() });
      if (answer === "hang up") request.socket.destroy();
      else if (answer !== "never") response.writeHead(answer.status, answer.headers).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received };
}
