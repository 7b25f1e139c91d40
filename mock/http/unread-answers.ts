import type { ServerResponse } from "node:http";

/** The answers that wait in memory for clients that do not read. They have one bound, at which the oldest of them is given up. */
export class UnreadAnswers {
  readonly #maxBytes: number;
  /** Oldest first, with the size of what had not been taken when they were sent. */
  readonly #waiting = new Map<ServerResponse, number>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Counts an answer that was just sent, unless the system has taken all of it. */
  add(response: ServerResponse): void {
    const bytes = response.writableLength;
    if (bytes === 0 || response.destroyed) return;
    this.#waiting.set(response, bytes);
    this.#bytes += bytes;
    response.once("close", () => this.#remove(response));
    for (const oldest of this.#waiting.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#remove(oldest);
      oldest.destroy();
    }
  }

  #remove(response: ServerResponse): void {
    this.#bytes -= this.#waiting.get(response) ?? 0;
    this.#waiting.delete(response);
  }
}
