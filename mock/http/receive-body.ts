import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { BodyStream, RequestBody } from "./exchange.ts";

/** A client that sends nothing for so long is not waited for, in real time. */
const maxIdleMs = 1000;
/** How much of a refused body is read before the connection is closed, and for how long. */
const maxDroppedBytes = 256 * 1024 * 1024;
const maxDroppingMs = 30_000;

/** True if a body follows the headers. */
export function announcesBody(headers: IncomingHttpHeaders): boolean {
  const length = headers["content-length"];
  return (length !== undefined && length !== "0") || headers["transfer-encoding"] !== undefined;
}

/**
 * Receives the body of a request, no more of it than the limit.
 * @param received called once, at the latest when the client is gone
 * @returns a function that ends it where the rest will never be readable
 */
export function receiveBody(
  incoming: IncomingMessage,
  limit: number,
  received: (body: RequestBody) => void,
): () => void {
  let chunks: Buffer[] | undefined = [];
  let length = 0;
  const finish = (body: RequestBody) => {
    if (!chunks) return;
    chunks = undefined;
    received(body);
  };
  if (Number(incoming.headers["content-length"] ?? 0) > limit) finish("too-large");
  else {
    incoming.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > limit) finish("too-large");
      else chunks?.push(chunk);
    });
    incoming.on("end", () => finish(chunks?.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks ?? [])));
    incoming.on("close", () => finish("incomplete"));
  }
  return () => finish("incomplete");
}

/**
 * The body of a request as a stream. One that is rejected halfway is dropped like any other that nobody reads.
 * @returns with a function that ends it with an error where the rest will never be readable
 */
export function streamBody(incoming: IncomingMessage): {
  readonly body: BodyStream;
  readonly breakOff: (error?: Error) => void;
} {
  let breakOff: (error?: Error) => void = () => undefined;
  const broken = new Promise<never>((_, reject) => {
    breakOff = reject;
  });
  // It may break off where nobody reads it.
  broken.catch(() => undefined);
  const chunks = incoming.iterator({ destroyOnReturn: false });
  return { body: chunksUntil(broken, chunks), breakOff };
}

async function* chunksUntil(broken: Promise<never>, chunks: AsyncIterator<Buffer>): BodyStream {
  try {
    for (;;) {
      const { done, value } = await Promise.race([chunks.next(), broken]);
      if (done) return;
      yield value;
    }
  } finally {
    // Not waited for: a chunk that never comes would have to come first.
    void chunks.return?.();
  }
}

/**
 * Reads the rest of a body that is too large, and drops it: a connection that is closed while its client still sends is
 * reset, and the client may never see the answer.
 * @param done called when the client has finished, or it has taken too much or too long
 */
export function dropBody(incoming: IncomingMessage, done: () => void): void {
  let dropped = 0;
  const idle = setTimeout(end, maxIdleMs);
  const longest = setTimeout(end, maxDroppingMs);
  function end(): void {
    clearTimeout(idle);
    clearTimeout(longest);
    incoming.off("data", drop).off("end", end).off("close", end);
    done();
  }
  function drop(chunk: Buffer): void {
    dropped += chunk.length;
    if (dropped > maxDroppedBytes) end();
    else idle.refresh();
  }
  incoming.on("data", drop).on("end", end).on("close", end);
}
