import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { createServer } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { authorization, type BenchOperation } from "./operations.ts";

/** A response as it was received: `headers` alternates names and values, as the server spelled them. */
export interface RawResponse {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: string;
}

const startLimitMs = 60_000;

// Node's server adds these to the bare server's responses too.
const addedByNode = new Set(["date", "connection", "keep-alive"]);

/**
 * Sends one request on a connection of its own. `fetch` would hide the spelling of headers, and add some.
 * @throws Error without a response, or with one of status 300 or higher
 */
export async function requestOnce(
  origin: string,
  { method, path, body }: BenchOperation,
  authorizedAs = authorization,
): Promise<RawResponse> {
  const credential = { authorization: authorizedAs };
  const headers = body === undefined ? credential : { ...credential, "content-type": "application/json" };
  const sent = request(new URL(path, origin), { method, headers, agent: false });
  sent.end(body);
  const [received] = (await once(sent, "response")) as [IncomingMessage];
  const response = { status: received.statusCode ?? 0, headers: chosenHeaders(received), body: await text(received) };
  if (response.status >= 300) throw new Error(`${method} ${path} responded ${response.status}: ${response.body}`);
  return response;
}

/** Sends a request until it succeeds, and gives up after a minute. */
export async function waitUntilServing(origin: string, operation: BenchOperation): Promise<void> {
  const limit = performance.now() + startLimitMs;
  for (;;) {
    try {
      await requestOnce(origin, operation);
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
