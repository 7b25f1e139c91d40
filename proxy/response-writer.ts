import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { maxCapturedBytes } from "./captured-body.ts";
import type { BrokenAnswer } from "./forwarded-exchange.ts";
import type { HeaderLine } from "./headers.ts";
import { type ProxyProblemDocument, sendProblem } from "./problem.ts";

/** The beginning of an answer. */
interface AnswerHead {
  readonly status: number;
  readonly message: string;
  readonly lines: readonly HeaderLine[];
}

/** Passes an answer on to the client: as it comes, or held back until it is known to be in order. */
export class ResponseWriter {
  readonly #response: ServerResponse;
  #isHeldBack: boolean;
  #head: AnswerHead | undefined;
  #chunks: Buffer[] = [];
  #size = 0;

  constructor(response: ServerResponse, isHeldBack: boolean) {
    this.#response = response;
    this.#isHeldBack = isHeldBack;
    // Dates are the server's.
    response.sendDate = false;
  }

  /** Passes on what is said before the answer (1xx). */
  announce(status: number, { link }: IncomingHttpHeaders): void {
    if (status === 102) this.#response.writeProcessing();
    if (status === 103 && link !== undefined) this.#response.writeEarlyHints({ link });
  }

  /** @param resume told when the client has read what it was sent */
  begin(head: AnswerHead, resume: () => void): void {
    this.#head = head;
    this.#response.on("drain", resume);
    if (!this.#isHeldBack) this.#writeHead();
  }

  /** @returns whether more may be written at once */
  write(chunk: Buffer): boolean {
    if (!this.#isHeldBack) return this.#response.write(chunk);
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    // What is too large to be judged is no longer held back.
    return this.#size <= maxCapturedBytes || this.#release();
  }

  /** @param proofIn what proves that the answer is broken, asked where it was held back */
  end(trailers: IncomingHttpHeaders, proofIn: () => BrokenAnswer | undefined): void {
    const proof = this.#isHeldBack ? proofIn() : undefined;
    if (proof) {
      this.#reject(proof);
      return;
    }
    if (this.#isHeldBack) this.#release();
    const fields = Object.entries(trailers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value].flat()],
    );
    if (fields.length > 0) this.#response.addTrailers(fields as unknown as [string, string][]);
    this.#response.end();
  }

  /** Ends without an answer, or cuts the one that has begun, as the server did. */
  fail(problem: ProxyProblemDocument): void {
    if (this.#response.headersSent || this.#response.destroyed) this.#response.destroy();
    else sendProblem(this.#response, problem);
  }

  #release(): boolean {
    this.#isHeldBack = false;
    this.#writeHead();
    const chunks = this.#chunks;
    this.#chunks = [];
    return chunks.map((chunk) => this.#response.write(chunk)).at(-1) ?? true;
  }

  #writeHead(): void {
    const { status, message, lines } = this.#head ?? { status: 502, message: "", lines: [] };
    this.#response.writeHead(status, message, lines.flat());
  }

  #reject({ rule, text, message, expected }: BrokenAnswer): void {
    const detail = `${rule}: ${message}`;
    const members = { rule, says: text, status_of_server: this.#head?.status, ...(expected && { expected }) };
    sendProblem(this.#response, { problem: "broken_answer", detail, members });
  }
}
