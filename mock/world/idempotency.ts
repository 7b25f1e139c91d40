import type { Answer } from "../http/answer.ts";
import type { Changes } from "../store/changes.ts";
import { digestOf } from "./digest.ts";
import { roughBytes, type WorldBytes } from "./stored-bytes.ts";

const maxAgeMs = 24 * 60 * 60 * 1000;
/** Memory that a stored response takes beside its texts, roughly. */
const bytesOfResponse = 800;

/** A response with its time, and with a digest of its request, which may be large. */
export interface StoredResponse {
  readonly at: number;
  readonly digest: string;
  readonly response: Answer;
}

/** Responses to be replayed for their Idempotency-Key, for 24 hours of the world's time (A-IDEM-1). */
export class IdempotencyKeys {
  readonly #stored = new Map<string, StoredResponse>();
  readonly #running = new Set<string>();
  readonly #max: number;
  readonly #bytes: WorldBytes;
  readonly #changes: Changes | undefined;

  constructor(max: number, bytes: WorldBytes, changes: Changes | undefined) {
    this.#max = max;
    this.#bytes = bytes;
    this.#changes = changes;
  }

  /** The response that is stored for a key. */
  get(key: string): StoredResponse | undefined {
    return this.#stored.get(key);
  }

  /** The response to the same request, "mismatch" if the key was used for another one, undefined for a new key. */
  find(key: string, request: string, now: number): Answer | "mismatch" | undefined {
    this.#expire(now);
    const stored = this.#stored.get(key);
    if (!stored) return undefined;
    return stored.digest === digestOf(request) ? stored.response : "mismatch";
  }

  /** Marks a key as that of a request that is running; false if another one has it. */
  claim(key: string): boolean {
    if (this.#running.has(key)) return false;
    this.#running.add(key);
    return true;
  }

  release(key: string): void {
    this.#running.delete(key);
  }

  /** Stores a response, and forgets the oldest ones if there are too many. */
  store(key: string, { request, ...stored }: Omit<StoredResponse, "digest"> & { readonly request: string }): void {
    this.add(key, { ...stored, digest: digestOf(request) });
  }

  /** Adds a response that was stored before. */
  add(key: string, stored: StoredResponse): void {
    this.#stored.set(key, stored);
    this.#bytes.add(bytesOf(key, stored));
    this.#changes?.added("reply", key);
    for (const oldest of this.#stored) {
      if (this.#stored.size <= this.#max && !(this.#bytes.isFull && this.#stored.size > 1)) return;
      this.#forget(oldest);
    }
  }

  /** The oldest come first in a Map, and time only moves forward. */
  #expire(now: number): void {
    for (const oldest of this.#stored) {
      if (now - oldest[1].at < maxAgeMs) return;
      this.#forget(oldest);
    }
  }

  /** Forgets a key. */
  drop(key: string): void {
    const stored = this.#stored.get(key);
    if (stored) this.#forget([key, stored]);
  }

  #forget([key, stored]: readonly [string, StoredResponse]): void {
    this.#stored.delete(key);
    this.#bytes.add(-bytesOf(key, stored));
    this.#changes?.removed("reply", key);
  }

  /** The keys and their responses, oldest first. */
  entries(): (readonly [key: string, stored: StoredResponse])[] {
    return [...this.#stored];
  }
}

function bytesOf(key: string, { response: { body } }: StoredResponse): number {
  const length = typeof body === "string" || body instanceof Uint8Array ? body.length : 0;
  return roughBytes({ length: key.length + length }, bytesOfResponse);
}
