import type { components } from "../../control-plane/generated/types.ts";
import type { Endpoint } from "./endpoint.ts";

/** One attempt to deliver an event. */
export type Attempt = components["schemas"]["Attempt"];

/** How long a receiver may take, in real time. */
const timeoutMs = 15_000;
const shownCharacters = 500;
/** Nobody means more than a month. */
const longestRetryAfterSeconds = 31 * 24 * 3600;

/** Sends an event once, signed for the time of the attempt. Never throws: an error is part of the result. */
export async function attemptDelivery(endpoint: Endpoint, id: string, body: string, now: number): Promise<Attempt> {
  const startedAt = performance.now();
  const headers = { "content-type": "application/json", ...(await signatureOf(endpoint, id, body, now)) };
  const result = await post(endpoint.url, headers, body).catch(({ message, cause }: Error) => ({
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

/** The beginning of an answer; the rest is not read, however much there is. */
async function readStart({ body }: Response): Promise<string> {
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    // Of a large chunk only so much as is shown: a part of a text would keep the whole in memory.
    text += decoder.decode(part.value.subarray(0, 4 * shownCharacters), { stream: true });
    if (text.length >= shownCharacters) break;
  }
  await reader?.cancel().catch(() => undefined);
  return text.slice(0, shownCharacters);
}

/** Seconds, or a date to be held against the receiver's own (RFC 9110, section 10.2.3); 0 where it is neither. */
function retryAfterSeconds(headers: Headers): number {
  const given = headers.get("retry-after") ?? "";
  const now = Date.parse(headers.get("date") ?? "") || Date.now();
  const seconds = /^\d+$/.test(given) ? Number(given) : (Date.parse(given) - now) / 1000;
  return Math.min(longestRetryAfterSeconds, Math.max(0, seconds || 0));
}

const spoilt = "whsec_bm90LXRoZS1zZWNyZXQtdGhhdC15b3Uta25vdw==";

async function signatureOf({ secret, faults }: Endpoint, id: string, body: string, at: number) {
  // Loaded at the first event: a mock that sends none pays nothing for it.
  const { signatureHeaders } = await import("./signature-headers.ts");
  return signatureHeaders(faults.corruptSignature ? spoilt : secret, id, body, at);
}
