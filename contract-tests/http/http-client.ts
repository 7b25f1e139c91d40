import { addAbortListener } from "node:events";
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

/** Why no answer came where the run has ended. */
const stopped = "the run was stopped";

/** How often it is looked whether an answer has taken too long, in milliseconds. */
const lookMs = 250;
/** So much of the time between two looks counts at most: what this process was not run for, nobody has waited. */
const maxCountedMs = 1000;

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
  const { fetch, baseUrl } = target;
  if (fetch) return receive(sendInProcess(fetch, baseUrl, own), own);
  const key = target.connection ?? target.credential;
  const known = dispatchers.get(key) ?? dispatcherOf(connection, isOnThisMachine(target));
  dispatchers.set(key, known);
  // Certificates that cannot be read are no answer either.
  const dispatcher = await known.catch((error: unknown) => {
    throw new HttpError(error, false);
  });
  return receive(sendOnWire(dispatcher, new URL(baseUrl), own), own);
}

/** Closes all connections to a target; whatever is under way ends without an answer. */
export async function closeConnections({ connection, credential }: Target): Promise<void> {
  const key = connection ?? credential;
  const dispatcher = dispatchers.get(key);
  dispatchers.delete(key);
  await (await dispatcher)?.destroy();
}

/** An answer whose head is there: its body follows. */
interface OpenAnswer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  readonly body: ReadableStream<Uint8Array> | null;
}

/**
 * Sends a request.
 * @param signal ends it, where nobody wants its answer any more
 * @param onSent is called when it is written
 */
type Send = (signal: AbortSignal, onSent: () => void) => Promise<OpenAnswer>;

/** Waits for the answer to a request, and reads it. */
async function receive(send: Send, request: OutgoingRequest): Promise<HttpAnswer> {
  if (request.signal?.aborted) throw new HttpError(new NoAnswerError("STOPPED", stopped), false);
  const [waiting, ending] = [new AbortController(), new AbortController()];
  // Who answers in this process need not listen to a signal.
  const isOver = new Promise<never>((_, reject) => {
    waiting.signal.addEventListener("abort", () => reject(waiting.signal.reason), { once: true });
  });
  let head: Pick<HttpAnswer, "status" | "headers"> | undefined;
  let isSent = false;
  const stopWaiting = waitForEnd(request, (error) => {
    waiting.abort(error);
    const mayBeLate = error.code === "TIMEOUT" && isSent && !head && request.onLate !== undefined;
    if (mayBeLate) setTimeout(() => ending.abort(error), answerTimeoutMs).unref();
    else ending.abort(error);
  });
  const onSent = () => {
    isSent = true;
    request.onSent?.();
  };
  try {
    const opening = send(ending.signal, onSent);
    const noteLate = () => {
      if (!waiting.signal.aborted || ending.signal.aborted) return;
      request.onLate?.();
      ending.abort();
    };
    opening.then(noteLate, () => undefined);
    const { status, headers, body } = await Promise.race([opening, isOver]);
    head = { status, headers: textsOf(headers) };
    const bytes = await Promise.race([bytesOf(body), isOver]);
    return {
      ...head,
      ...(bytes ? answerText(bytes, head.headers["content-encoding"]) : { text: "", defect: tooLarge }),
    };
  } catch (error) {
    const isTimeout = error instanceof NoAnswerError && error.code === "TIMEOUT";
    if (!head || !isTimeout) throw new HttpError(error, isSent);
    return { ...head, text: "", defect: `its body did not end: ${error.message}` };
  } finally {
    stopWaiting();
  }
}

/** Sends a request through a dispatcher. */
function sendOnWire(dispatcher: Dispatcher, base: URL, { method, path, headers, body }: OutgoingRequest): Send {
  const options = {
    ...{ origin: base.origin, path: base.pathname.replace(/\/+$/, "") + path },
    ...{ method: method as Dispatcher.HttpMethod, headers: { ...headers }, body: body ?? null },
  };
  return (signal, onSent) =>
    new Promise((resolve, reject) => {
      let abort = (): void => undefined;
      let chunks: ReadableStreamDefaultController<Uint8Array> | undefined;
      const start = (own: ReadableStreamDefaultController<Uint8Array>) => {
        chunks = own;
      };
      const following = new ReadableStream<Uint8Array>({ start, cancel: () => abort() });
      dispatcher.dispatch(options, {
        onRequestStart(controller) {
          onSent();
          abort = () => controller.abort(new Error("no longer of interest"));
          addAbortListener(signal, abort);
        },
        onResponseStart: (_, status, fields) => {
          // Those below 200 only announce the answer.
          if (status >= 200) resolve({ status, headers: fields, body: following });
        },
        onResponseData: (_, chunk) => chunks?.enqueue(chunk),
        onResponseEnd: () => chunks?.close(),
        onResponseError: (_, error) => {
          reject(error);
          chunks?.error(error);
        },
      });
    });
}

/** Sends a request through a function like fetch, of a target in the same process. */
function sendInProcess(
  fetch: NonNullable<Target["fetch"]>,
  baseUrl: string,
  { method, path, headers, body }: OutgoingRequest,
): Send {
  return async (signal, onSent) => {
    const init = { method, headers, signal, redirect: "manual", ...(body === undefined ? {} : { body }) } as const;
    onSent();
    const response = await fetch(new Request(baseUrl + path, init));
    // It has been unpacked on its way.
    const { "content-encoding": _, ...fields } = Object.fromEntries(response.headers);
    return { status: response.status, headers: fields, body: response.body };
  };
}

/**
 * Waits until there is no more time for an answer, or nobody wants it.
 * @returns what ends that
 */
function waitForEnd(
  { timeoutMs = () => answerTimeoutMs, signal }: OutgoingRequest,
  end: (error: NoAnswerError) => void,
): () => void {
  let [waitedMs, lookedAt] = [0, performance.now()];
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    const now = performance.now();
    waitedMs += Math.min(now - lookedAt, maxCountedMs);
    lookedAt = now;
    const leftMs = timeoutMs() - waitedMs;
    if (leftMs > 0) timer = setTimeout(look, Math.min(leftMs, lookMs));
    else end(new NoAnswerError("TIMEOUT", `no answer within ${inSeconds(waitedMs)} s`));
  };
  look();
  const stop = () => end(new NoAnswerError("STOPPED", stopped));
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

/** Header fields by their names in small letters, each as one text. */
function textsOf(fields: OpenAnswer["headers"]): HttpAnswer["headers"] {
  const texts = Object.entries(fields).map(([name, value]) => [name.toLowerCase(), [value ?? ""].flat().join(", ")]);
  return Object.fromEntries(texts);
}

/** The whole of a body; undefined where it is too large. */
async function bytesOf(body: OpenAnswer["body"]): Promise<Buffer | undefined> {
  const reader = body?.getReader();
  const chunks: Uint8Array[] = [];
  let left = maxAnswerBytes;
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    left -= part.value.length;
    if (left < 0) return void (await reader?.cancel());
    chunks.push(part.value);
  }
  return Buffer.concat(chunks);
}
