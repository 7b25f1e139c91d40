import type { components } from "../../control-plane/generated/types.ts";
import { describeDeliveryError } from "./delivery-error.ts";
import { type Endpoint, streamUrl } from "./endpoint.ts";
import { postEvent } from "./post-event.ts";
import type { PostedEvent, ReceiverResponse } from "./posted-event.ts";
import type { SignedContent } from "./signature-headers.ts";

/** One attempt to deliver an event. */
export type Attempt = components["schemas"]["Attempt"];

/** Maximum time of a receiver, in real time. */
const timeoutMs = 15_000;
/** Length of the receiver's response that is recorded. */
const maxRecorded = 500;
/** `Retry-After` is capped at 31 days. */
const maxRetryAfterSeconds = 31 * 24 * 3600;

/** As they are when the mock is loaded: a test may put others in their place, and move their time. */
const { setTimeout, clearTimeout, AbortController } = globalThis;

/** What an attempt needs besides its event. */
interface AttemptOptions extends Pick<PostedEvent, "networks"> {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Where the request that caused it stands in its caller's trace. */
  readonly traceParent: string | undefined;
}

/** Sends an event once, signed for the time of the attempt. Never throws: an error is part of the result. */
export async function attemptDelivery(
  endpoint: Endpoint,
  event: SignedContent,
  { now, networks, traceParent }: AttemptOptions,
): Promise<Attempt> {
  const startedAt = performance.now();
  const headers = {
    "content-type": "application/json",
    ...(await signatureOf(endpoint, event, now)),
    ...(traceParent !== undefined && { traceparent: traceParent }),
  };
  const result = await answerOf({ url: endpoint.url, headers, body: event.body, networks }).catch((error: unknown) => ({
    response: "",
    error: describeDeliveryError(error),
  }));
  return { at: new Date(now).toISOString(), headers, ...result, durationMs: performance.now() - startedAt };
}

/** An event for the event stream is taken at once: it is among the deliveries, for whoever follows. */
async function answerOf(event: Omit<PostedEvent, "signal">) {
  return event.url === streamUrl ? { status: 202, response: "" } : post(event);
}

async function post(event: Omit<PostedEvent, "signal">) {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new Error(`no response within ${timeoutMs / 1000} s`)), timeoutMs);
  try {
    const { status, header, body: chunks } = await postEvent({ ...event, signal: limit.signal });
    return {
      status,
      response: await readStart(chunks),
      // An event must not go where it was not sent.
      ...(isRedirect(status) ? { error: "redirects are not followed" } : {}),
      retryAfterSeconds: retryAfterSeconds(header),
    };
  } finally {
    clearTimeout(timer);
  }
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}

/** Reads the start of a response, and cancels the rest. */
async function readStart(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of chunks) {
    // Only as much of a large chunk as may be needed: a substring would keep the whole text in memory.
    text += decoder.decode(chunk.subarray(0, 4 * maxRecorded), { stream: true });
    if (text.length >= maxRecorded) break;
  }
  return text.slice(0, maxRecorded);
}

/** Reads `Retry-After`: seconds, or a date relative to the receiver's Date (RFC 9110, section 10.2.3); 0 if absent or invalid. */
function retryAfterSeconds(header: ReceiverResponse["header"]): number {
  const given = header("retry-after") ?? "";
  const now = Date.parse(header("date") ?? "") || Date.now();
  const seconds = /^\d+$/.test(given) ? Number(given) : (Date.parse(given) - now) / 1000;
  return Math.min(maxRetryAfterSeconds, Math.max(0, seconds || 0));
}

const wrongSecret = "whsec_bm90LXRoZS1zZWNyZXQtdGhhdC15b3Uta25vdw==";

async function signatureOf({ secret, faults }: Endpoint, event: SignedContent, now: number) {
  // Loaded on first use: many mocks send no webhooks.
  const { signatureHeaders } = await import("./signature-headers.ts");
  return signatureHeaders(faults.corruptSignature ? wrongSecret : secret, event, now);
}
