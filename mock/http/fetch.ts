import type { MockCore } from "../core.ts";
import { ConnectionReset } from "../faults/connection-reset.ts";
import { type Address, addressOfUrl } from "./address.ts";
import { type Answer, bytesOf, type StreamedBody } from "./answer.ts";
import { type ExchangeHead, noBody, type RequestBody } from "./exchange.ts";

/** What `fetch` takes; Node, browsers and MSW have types of their own for it. */
export type MockFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/**
 * Makes the `fetch` of a mock: it takes what `fetch` takes, rejects as `fetch` does, and ends when its signal is aborted.
 * @param basePath what precedes the mock's own paths, as the caller has them, such as `/widgets-service`
 */
export function fetchOf(core: MockCore, basePath = ""): MockFetch {
  return async (input, init) => {
    const request = input instanceof Request && init === undefined ? input : new Request(input, init);
    const { method, signal } = request;
    signal.throwIfAborted();
    const head: ExchangeHead = {
      method,
      ...withoutBase(addressOfUrl(request.url), basePath),
      ...readHeaders(request.headers),
      signal,
    };
    const body = request.body === null ? noBody : await bodyOf(request, core, head);
    const answer = core.answer({ ...head, body });
    const ready = answer instanceof Promise ? await unlessAborted(answer, signal) : answer;
    return toResponse(withBase(ready, basePath), head);
  };
}

/** Reads all headers in one go: to ask for one after the other takes several times as long. */
function readHeaders(headers: Headers): Pick<ExchangeHead, "header" | "rawHeaders"> {
  const byName = new Map<string, string>();
  const rawHeaders: string[] = [];
  for (const [name, value] of headers) {
    byName.set(name, value);
    rawHeaders.push(name, value);
  }
  return { header: (name) => byName.get(name), rawHeaders };
}

/** The address that the mock sees: the base path is a part of its origin. */
function withoutBase(address: Address, basePath: string): Address {
  if (basePath === "") return address;
  return { ...address, origin: address.origin + basePath, path: address.path.slice(basePath.length) };
}

/** The answer that the caller sees: `Location` is a path of the mock's own. */
function withBase(answer: Answer, basePath: string): Answer {
  const location = answer.headers?.["Location"];
  if (basePath === "" || location === undefined) return answer;
  return { ...answer, headers: { ...answer.headers, Location: basePath + location } };
}

async function bodyOf(request: Request, core: MockCore, head: ExchangeHead): Promise<RequestBody> {
  if (request.body && core.streamsBody(head)) return chunksOf(request.body);
  const body = await unlessAborted(readBody(request, core.maxBodyBytes), request.signal);
  request.signal.throwIfAborted();
  return body;
}

/** Reads a body in chunks, for browsers whose streams are not iterable. */
async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (let part = await reader.read(); part.value; part = await reader.read()) yield part.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Reads a body, no more of it than its limit. Firefox has no stream of it. */
async function readBody(request: Request, limit: number): Promise<RequestBody> {
  const { body } = request;
  if (!body) {
    const bytes = new Uint8Array(await request.arrayBuffer());
    return bytes.byteLength > limit ? "too-large" : bytes;
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body.getReader();
  for (let part = await reader.read(); part.value; part = await reader.read()) {
    length += part.value.byteLength;
    if (length > limit) {
      await reader.cancel();
      return "too-large";
    }
    chunks.push(part.value);
  }
  return joinChunks(chunks, length);
}

function joinChunks([first = new Uint8Array(), ...others]: readonly Uint8Array[], length: number): Uint8Array {
  if (others.length === 0) return first;
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of [first, ...others]) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}

/** Waits for something. A caller who gives up meanwhile gets the reason; what was asked for happens all the same. */
function unlessAborted<T>(awaited: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    awaited.finally(() => signal.removeEventListener("abort", abort)).then(resolve, reject);
  });
}

/** @throws ConnectionReset if a fault breaks the connection before the answer */
function toResponse(answer: Answer, { method, signal }: ExchangeHead): Response {
  const { status, body, headers = {}, connection } = answer;
  if (connection === "reset") throw new ConnectionReset();
  if (method === "HEAD") return new Response(null, { status, headers });
  if (typeof body === "function") return new Response(streamOf(body, signal), { status, headers });
  if (connection === "truncate") return truncated(bytesOf(body), { status, headers });
  return new Response(body, { status, headers });
}

/** A Response whose connection breaks halfway through its body. */
function truncated(bytes: Uint8Array, { status, headers }: { status: number; headers: Record<string, string> }) {
  if (bytes.length === 0) throw new ConnectionReset();
  const half = bytes.slice(0, Math.floor(bytes.length / 2));
  let isSent = half.length === 0;
  const broken = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (isSent) return controller.error(new ConnectionReset());
      isSent = true;
      controller.enqueue(half);
    },
  });
  return new Response(broken, { status, headers: { ...headers, "Content-Length": String(bytes.length) } });
}

function streamOf(body: StreamedBody, signal: AbortSignal | undefined): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let stop = (): void => undefined;
  let waiting: (() => void)[] = [];
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const abort = () => {
          stop();
          controller.error(signal?.reason);
        };
        const forget = () => signal?.removeEventListener("abort", abort);
        const stopBody = body({
          send: (text) => controller.enqueue(encoder.encode(text)),
          end() {
            forget();
            controller.close();
          },
          cut() {
            forget();
            controller.error(new ConnectionReset());
          },
          get unreadBytes() {
            return -(controller.desiredSize ?? 0);
          },
          drained: () => new Promise((resolve) => void waiting.push(resolve)),
        });
        stop = () => {
          forget();
          stopBody();
        };
        signal?.addEventListener("abort", abort);
      },
      pull() {
        for (const resolve of waiting) resolve();
        waiting = [];
      },
      cancel: () => stop(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: 0 }),
  );
}
