import type { Dispatcher } from "undici";
import { publishedDocument } from "../../spec/published-document.ts";
import { isOnThisMachine, type Target } from "../target.ts";
import { acceptedCodings, answerText, maxAnswerBytes, tooLarge } from "./answer-text.ts";
import { dispatcherOf } from "./connection.ts";
import { HttpError, NoAnswerError } from "./http-error.ts";

/** A request to a target. */
export interface OutgoingRequest {
  readonly method: string;
  /** Path and query, from where the target's paths begin. */
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: string;
  /** How long the whole answer may take, in milliseconds (default 60 s): asked for now and then, as it may change meanwhile. */
  readonly timeoutMs?: () => number;
  /** Told of an answer that begins when nobody waits for it any more; where nobody wants to know the request ends at once. */
  readonly onLate?: () => void;
  /** Ends it at once. */
  readonly signal?: AbortSignal | undefined;
  /** Told when there is a connection, and it is written on that. */
  readonly onSent?: () => void;
}

/** An answer, as far as it could be read. */
export interface HttpAnswer {
  readonly status: number;
  /** By their names in small letters. */
  readonly headers: { readonly [name: string]: string };
  readonly text: string;
  /** Why the text is not that of the whole body. */
  readonly defect?: string;
}

/** How long an answer may take, in milliseconds of real time. */
export const answerTimeoutMs = 60_000;

/** How often it is looked whether an answer has taken too long, in milliseconds. */
const lookMs = 250;

/** What is sent with every request, unless the target's own headers say otherwise. */
const usualHeaders = { accept: "application/json", "accept-encoding": acceptedCodings };

/** By the connection of a target, or by its credential where it has none of its own. */
const dispatchers = new WeakMap<object, Promise<Dispatcher>>();

/**
 * Sends a request, once, and reads the answer within limits. Redirects are not followed.
 * @throws HttpError where no answer came
 */
export async function requestTarget(target: Target, request: OutgoingRequest): Promise<HttpAnswer> {
  const { connection = {} } = target;
  const userAgent = connection.userAgent ?? `widgets-mock/${publishedDocument.info.version} contract`;
  const own = { ...request, headers: { "user-agent": userAgent, ...usualHeaders, ...request.headers } };
  if (target.fetch) return sendByFetch(target.fetch, target.baseUrl, own);
  const key = target.connection ?? target.credential;
  const known = dispatchers.get(key) ?? dispatcherOf(connection, isOnThisMachine(target));
  dispatchers.set(key, known);
  return sendOnWire(await known, new URL(target.baseUrl), own);
}

/** Closes all connections to a target; whatever is under way ends without an answer. */
export async function closeConnections({ connection, credential }: Target): Promise<void> {
  const key = connection ?? credential;
  const dispatcher = dispatchers.get(key);
  dispatchers.delete(key);
  await (await dispatcher)?.destroy();
}

/** Sends a request through a dispatcher. */
function sendOnWire(dispatcher: Dispatcher, base: URL, request: OutgoingRequest): Promise<HttpAnswer> {
  const { method, path, headers, body, signal } = request;
  return new Promise((resolve, reject) => {
    const reading = new Reading();
    let [isSent, isOver] = [false, false];
    let abort = (): void => undefined;
    let listening: NodeJS.Timeout | undefined;
    const finish = (end: () => void) => {
      if (isOver) return;
      isOver = true;
      stopWaiting();
      end();
    };
    const fail = (error: unknown) => finish(() => reject(new HttpError(error, isSent)));
    const succeed = () => finish(() => resolve(reading.answer()));
    const stopWaiting = waitForEnd(request, (error) => {
      if (reading.hasBegun && error.code === "TIMEOUT") {
        reading.defect = `its body did not end: ${error.message}`;
        succeed();
      } else fail(error);
      if (error.code === "TIMEOUT" && isSent && !reading.hasBegun && request.onLate) {
        listening = setTimeout(() => abort(), answerTimeoutMs).unref();
      } else abort();
    });
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(controller) {
        isSent = true;
        request.onSent?.();
        abort = () => controller.abort(new Error("no longer of interest"));
        if (isOver) abort();
      },
      onResponseStart(_, status, fields) {
        // Those below 200 only announce the answer.
        if (status < 200) return;
        reading.begin(status, fields);
        if (!isOver) return;
        clearTimeout(listening);
        request.onLate?.();
        abort();
      },
      onResponseData(_, chunk) {
        if (reading.take(chunk)) return;
        succeed();
        abort();
      },
      onResponseEnd: succeed,
      onResponseError: (_, error) => fail(error),
    };
    const whole = base.pathname.replace(/\/+$/, "") + path;
    const options = {
      origin: base.origin,
      path: whole,
      method: method as Dispatcher.HttpMethod,
      headers: { ...headers },
    };
    if (signal?.aborted) return;
    dispatcher.dispatch({ ...options, body: body ?? null }, handler);
  });
}

/** Sends a request through a function like fetch, of a target in the same process. */
async function sendByFetch(fetch: NonNullable<Target["fetch"]>, baseUrl: string, request: OutgoingRequest) {
  const { method, path, headers, body } = request;
  const [waiting, controller] = [new AbortController(), new AbortController()];
  const stopWaiting = waitForEnd(request, (error) => {
    waiting.abort(error);
    if (error.code !== "TIMEOUT" || !request.onLate) controller.abort(error);
  });
  const { signal } = waiting;
  const init = {
    ...{ method, headers, ...(body === undefined ? {} : { body }) },
    ...({ signal: controller.signal, redirect: "manual" } as const),
  };
  const reading = new Reading();
  try {
    signal.throwIfAborted();
    request.onSent?.();
    // Who answers in this process need not listen to the signal.
    const isOver = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    const answer = fetch(new Request(baseUrl + path, init));
    answer.then(
      () => signal.aborted && !controller.signal.aborted && request.onLate?.(),
      () => undefined,
    );
    const response = await Promise.race([answer, isOver]);
    // It has been unpacked on its way.
    const { "content-encoding": _, ...fields } = Object.fromEntries(response.headers);
    reading.begin(response.status, fields);
    await reading.takeAll(response.body?.getReader());
    return reading.answer();
  } catch (error) {
    throw new HttpError(error, true);
  } finally {
    stopWaiting();
  }
}

/**
 * Waits until there is no more time for an answer, or nobody wants it.
 * @returns what ends that
 */
function waitForEnd(
  { timeoutMs = () => answerTimeoutMs, signal }: OutgoingRequest,
  end: (error: NoAnswerError) => void,
): () => void {
  const began = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    const waitedMs = performance.now() - began;
    const leftMs = timeoutMs() - waitedMs;
    if (leftMs > 0) timer = setTimeout(look, Math.min(leftMs, lookMs));
    else end(new NoAnswerError("TIMEOUT", `no answer within ${inSeconds(waitedMs)} s`));
  };
  look();
  const stop = () => end(new NoAnswerError("STOPPED", "the run was stopped"));
  if (signal?.aborted) queueMicrotask(stop);
  signal?.addEventListener("abort", stop, { once: true });
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  };
}

/** Seconds with one digit at most. */
function inSeconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}

/** An answer that is being read. */
class Reading {
  defect: string | undefined;
  #status = 0;
  #headers: HttpAnswer["headers"] = {};
  #chunks: Uint8Array[] = [];
  #bytes = 0;

  get hasBegun(): boolean {
    return this.#status > 0;
  }

  begin(status: number, fields: { readonly [name: string]: string | string[] | undefined }): void {
    this.#status = status;
    const headers = Object.entries(fields).map(([name, value]) => [
      name.toLowerCase(),
      [value ?? ""].flat().join(", "),
    ]);
    this.#headers = Object.fromEntries(headers);
  }

  /** @returns whether more may come */
  take(chunk: Uint8Array): boolean {
    this.#bytes += chunk.length;
    if (this.#bytes <= maxAnswerBytes) this.#chunks.push(chunk);
    else this.defect = tooLarge;
    return this.defect === undefined;
  }

  async takeAll(reader: ReadableStreamDefaultReader<Uint8Array> | undefined): Promise<void> {
    for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
      if (!this.take(part.value)) return reader?.cancel();
    }
  }

  answer(): HttpAnswer {
    const head = { status: this.#status, headers: this.#headers };
    if (this.defect !== undefined) return { ...head, text: "", defect: this.defect };
    return { ...head, ...answerText(Buffer.concat(this.#chunks), this.#headers["content-encoding"]) };
  }
}
