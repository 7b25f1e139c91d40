import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";

/** A receiver of webhooks, and the widgets that were announced as ready. */
export interface Receiver {
  readonly url: string;
  readonly ready: readonly string[];
  close(): void;
}

/** Receives webhooks on a free port. One with an invalid signature or time stamp is rejected with 400. */
export async function startReceiver(secret: string): Promise<Receiver> {
  const webhook = new Webhook(secret);
  const ready: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    try {
      webhook.verify(body, request.headers as Record<string, string>);
    } catch {
      return response.writeHead(400).end();
    }
    const { type, data } = JSON.parse(body);
    if (type === "widget.ready") ready.push(data.id);
    return response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `${originOf(server)}/webhooks`, ready, close: () => server.close() };
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
