import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { createServer } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { authorization, type BenchOperation } from "./operations.ts";

/** An answer as it came over the wire: `headers` holds names and values in turn, as the server spelt them. */
export interface HttpReply {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: string;
}

const startLimitMs = 60_000;

// What Node's own server adds by itself, to the bare server's answers as well.
const addedByNode = new Set(["date", "connection", "keep-alive"]);

/**
 * Sends one request on a connection of its own. `fetch` would hide how the headers are spelt, and add some.
 * @throws Error where there is no answer, or none of success
 */
export async function ask(origin: string, { method, path, body }: BenchOperation): Promise<HttpReply> {
  const headers = body === undefined ? { authorization } : { authorization, "content-type": "application/json" };
  const sent = request(new URL(path, origin), { method, headers, agent: false });
  sent.end(body);
  const [received] = (await once(sent, "response")) as [IncomingMessage];
  const reply = { status: received.statusCode ?? 0, headers: chosenHeaders(received), body: await text(received) };
  if (reply.status >= 300) throw new Error(`${method} ${path} was answered with ${reply.status}: ${reply.body}`);
  return reply;
}

/** Asks until there is an answer of success, and gives up after a minute. */
export async function untilAnswered(origin: string, operation: BenchOperation): Promise<void> {
  const limit = performance.now() + startLimitMs;
  for (;;) {
    try {
      await ask(origin, operation);
      return;
    } catch (cause) {
      if (performance.now() > limit) throw new Error(`${origin} did not start within a minute.`, { cause });
    }
    await sleep(2);
  }
}

/** A port that is free now, for a program that cannot say which one it took. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("The system gave no port.");
  return address.port;
}

function chosenHeaders({ rawHeaders }: IncomingMessage): string[] {
  const chosen: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = "", value = ""] = rawHeaders.slice(index, index + 2);
    if (!addedByNode.has(name.toLowerCase())) chosen.push(name, value);
  }
  return chosen;
}
