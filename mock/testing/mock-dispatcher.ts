import { Dispatcher, getGlobalDispatcher } from "undici";
import { createMock, type Mock } from "../mock.ts";
import { createDispatchReceiver, type DispatchReceiver } from "./dispatch-receiver.ts";
import { type HandlerOptions, MockedApi } from "./mocked-api.ts";

export type { HandlerOptions } from "./mocked-api.ts";

/** Options of a MockDispatcher. */
export interface MockDispatcherOptions extends HandlerOptions {
  /** Dispatcher of all other requests (default: the global one when the MockDispatcher is created). */
  readonly fallback?: Dispatcher;
}

/**
 * A dispatcher of undici's with which a mock answers: for `undici.request` and `undici.fetch`, for the global `fetch`, and
 * for all that take a dispatcher or an agent of undici's. A connection that a fault breaks fails with `ECONNRESET`.
 */
export class MockDispatcher extends Dispatcher {
  readonly #api: MockedApi;
  readonly #fallback: Dispatcher;

  /** @param mock by default one with the default options */
  constructor(
    mock: Pick<Mock, "core" | "dialect"> = createMock(),
    { fallback = getGlobalDispatcher(), ...options }: MockDispatcherOptions = {},
  ) {
    super();
    this.#api = new MockedApi(mock, options);
    this.#fallback = fallback;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const url = urlOf(options);
    if (!this.#api.urls.test(url)) return this.#fallback.dispatch(options, handler);
    const receiver = createDispatchReceiver(handler);
    this.#answer(url, options, receiver).catch((error: unknown) => receiver.fail(errorFor(error)));
    return true;
  }

  override close(): Promise<void>;
  override close(callback: () => void): void;
  override close(callback?: () => void): Promise<void> {
    return Promise.resolve().then(callback);
  }

  override destroy(error?: Error | null): Promise<void>;
  override destroy(callback: () => void): void;
  override destroy(error: Error | null, callback: () => void): void;
  override destroy(error?: (() => void) | Error | null, callback?: () => void): Promise<void> {
    return Promise.resolve().then(typeof error === "function" ? error : callback);
  }

  async #answer(url: string, options: Dispatcher.DispatchOptions, receiver: DispatchReceiver): Promise<void> {
    // undici has set its own request up by then.
    await undefined;
    receiver.start();
    receiver.signal.throwIfAborted();
    const response = await this.#api.answer(await requestOf(url, options, receiver.signal));
    receiver.headers(response);
    const reader = response.body?.getReader();
    for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
      if (receiver.signal.aborted) void reader?.cancel().catch(() => undefined);
      receiver.signal.throwIfAborted();
      await receiver.data(part.value);
    }
    receiver.end();
  }
}

function urlOf({ origin = "http://localhost", path, query }: Dispatcher.DispatchOptions): string {
  const url = new URL(path, origin);
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const one of [value].flat()) url.searchParams.append(name, String(one));
  }
  return url.href;
}

async function requestOf(
  url: string,
  { method, headers, body }: Dispatcher.DispatchOptions,
  signal: AbortSignal,
): Promise<Request> {
  const bytes = method === "GET" || method === "HEAD" ? null : await bytesOf(body);
  return new Request(url, { method, headers: headersOf(headers), body: bytes, signal });
}

/** The bytes of a body of any kind that undici sends. */
async function bytesOf(body: unknown): Promise<BodyInit | null> {
  if (body === null || body === undefined) return null;
  const isIterable = typeof body === "object" && Symbol.asyncIterator in body;
  if (!isIterable) return body as BodyInit;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body as AsyncIterable<string | Uint8Array>) {
    chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  }
  return Buffer.concat(chunks);
}

/** The header fields, from an object, from pairs, or from names and values that follow each other. */
function headersOf(given: Dispatcher.DispatchOptions["headers"]): Headers {
  const headers = new Headers();
  for (const [name, value] of pairsOf(given)) {
    for (const one of [value].flat()) if (one !== undefined) headers.append(name, one);
  }
  return headers;
}

function pairsOf(
  headers: Dispatcher.DispatchOptions["headers"],
): Iterable<readonly [string, string | string[] | undefined]> {
  if (!headers) return [];
  if (!Array.isArray(headers)) return Symbol.iterator in headers ? headers : Object.entries(headers);
  const flat: readonly string[] = headers;
  return flat.flatMap((name, n) => (n % 2 === 0 ? [[name, flat[n + 1]] as const] : []));
}

/** The error of a connection as undici has it: its cause, where fetch would wrap it. */
function errorFor(error: unknown): Error {
  const { cause } = error as Error;
  return cause instanceof Error ? cause : (error as Error);
}
