import { describeDeliveryError } from "../../mock/world/webhooks/delivery-error.ts";
import { postEvent } from "../../mock/world/webhooks/post-event.ts";

/** A receiver's answer. */
export interface ReceiverAnswer {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly body: Buffer;
  readonly ms: number;
}

/** As Standard Webhooks has it, and as the mock waits. */
const timeoutMs = 15_000;
/** More of an answer is neither shown nor passed on. */
const maxAnswerBytes = 64 * 1024;

/**
 * Posts a webhook as it is, byte for byte.
 * @throws Error that says in one line why there was no answer
 */
export async function postBytes(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array<ArrayBuffer>,
): Promise<ReceiverAnswer> {
  const startedAt = performance.now();
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const { status, header, body: chunks } = await postEvent({ url, headers, body, signal, networks: undefined });
    const read: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of chunks) {
      read.push(chunk);
      bytes += chunk.length;
      if (bytes > maxAnswerBytes) break;
    }
    const answer = Buffer.concat(read).subarray(0, maxAnswerBytes);
    return { status, header, body: answer, ms: Math.round(performance.now() - startedAt) };
  } catch (error) {
    throw new Error(signal.aborted ? `no response within ${timeoutMs / 1000} s` : describeDeliveryError(error));
  }
}
