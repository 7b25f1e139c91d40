import type { components } from "../../control-plane/generated/types.ts";
import type { Endpoint } from "./endpoint.ts";
import type { SignedContent } from "./signature-headers.ts";

/** One attempt to deliver an event. */
export type Attempt = components["schemas"]["Attempt"];

/** Maximum time of a receiver, in real time. */
const timeoutMs = 15_000;
/** Length of the receiver's response that is recorded. */
const maxRecorded = 500;
/** `Retry-After` is capped at 31 days. */
const maxRetryAfterSeconds = 31 * 24 * 3600;

/** Sends an event once, signed for the time of the attempt. Never throws: an error is part of the result. */
export async function attemptDelivery(endpoint: Endpoint, event: SignedContent, now: number): Promise<Attempt> {
  const startedAt = performance.now();
  const headers = { "content-type": "application/json", ...(await signatureOf(endpoint, event, now)) };
  const result = await post(endpoint.url, headers, event.body).catch(({ message, cause }: Error) => ({
    response: "",
    error: cause instanceof Error ? `${message}: ${cause.message}` : message,
  }));
  return { at: new Date(now).toISOString(), headers, ...result, durationMs: performance.now() - startedAt };
}

async function post(url: string, headers: Record<string, string>, body: string) {
  // A redirect is a failure: an event must not go where it was not sent.
  const signal = AbortSignal.timeout(timeoutMs);
  const response = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal });
  return {
    status: response.status,
    response: await readStart(response),
    retryAfterSeconds: retryAfterSeconds(response.headers),
  };
}

/** Reads the start of a response, and cancels the rest. */
async function readStart({ body }: Response): Promise<string> {
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    // Only as much of a large chunk as may be needed: a substring would keep the whole text in memory.
    text += decoder.decode(part.value.subarray(0, 4 * maxRecorded), { stream: true });
    if (text.length >= maxRecorded) break;
  }
  await reader?.cancel().catch(() => undefined);
  return text.slice(0, maxRecorded);
}

/** Reads `Retry-After`: seconds, or a date relative to the receiver's Date (RFC 9110, section 10.2.3); 0 if absent or invalid. */
function retryAfterSeconds(headers: Headers): number {
  const given = headers.get("retry-after") ?? "";
  const now = Date.parse(headers.get("date") ?? "") || Date.now();
  const seconds = /^\d+$/.test(given) ? Number(given) : (Date.parse(given) - now) / 1000;
  return Math.min(maxRetryAfterSeconds, Math.max(0, seconds || 0));
}

const wrongSecret = "whsec_bm90LXRoZS1zZWNyZXQtdGhhdC15b3Uta25vdw==";

async function signatureOf({ secret, faults }: Endpoint, event: SignedContent, now: number) {
  // Loaded on first use: many mocks send no webhooks.
  const { signatureHeaders } = await import("./signature-headers.ts");
  return signatureHeaders(faults.corruptSignature ? wrongSecret : secret, event, now);
}
