import { Refusal } from "../refusal.ts";
import { checkExtent } from "../request/check-extent.ts";

/** A part is no larger, nor is what stands before and behind them. */
const maxPartBytes = 4 * 1024 * 1024;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;

/** Parts stand in an array in an object. */
const depthOfParts = 2;

/** What is found in the JSON of a snapshot: what stands before the parts, with the bracket that opens them, and each part. */
export interface ScannedText {
  readonly kind: "start" | "part";
  readonly text: string;
}

/**
 * Divides the bytes of a snapshot into the texts of its parts as they arrive, whatever whitespace they were given. It
 * knows only brackets, commas and strings: whether a text is JSON is found out when it is parsed.
 */
export class SnapshotScanner {
  readonly #utf8 = new TextDecoder("utf-8", { fatal: true });
  #place: "before" | "in" | "after" = "before";
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  #pieces: Uint8Array[] = [];
  #length = 0;
  #parts = 0;
  #before = "";

  /** @throws Refusal for a text that is too large, or not UTF-8 */
  *scan(chunk: Uint8Array): Generator<ScannedText> {
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const found = this.#step(chunk[at] as number);
      if (found === undefined) continue;
      const text = this.#cut(chunk.subarray(start, found === "start" ? at + 1 : at));
      start = found === "end" ? at : at + 1;
      if (found === "start") this.#before = text;
      else if (found === "end" && this.#parts === 0 && text.trim() === "") continue;
      else this.#parts++;
      yield { kind: found === "start" ? "start" : "part", text };
    }
    this.#keep(chunk.subarray(start));
  }

  /**
   * The JSON of all but the parts, when all bytes have come.
   * @throws Refusal if it ends among the parts
   */
  end(): string {
    if (this.#place === "in") throw invalidJson(`it ends in part ${this.#parts} of the state.`);
    const rest = this.#cut(new Uint8Array());
    return this.#before + rest;
  }

  /** What ends with a byte: what stands before the state, a part, or the last part. */
  #step(byte: number): "start" | "part" | "end" | undefined {
    if (this.#isInString) this.#stepInString(byte);
    else if (byte === quote) this.#isInString = true;
    // `[` and `{`, `]` and `}` differ by one bit.
    else if ((byte | 0x20) === 0x7b) return this.#open();
    else if ((byte | 0x20) === 0x7d) return this.#close();
    else if (byte === comma && this.#place === "in" && this.#depth === depthOfParts) return "part";
    return undefined;
  }

  #stepInString(byte: number): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === backslash) this.#isEscaped = true;
    else if (byte === quote) this.#isInString = false;
  }

  #open(): "start" | undefined {
    this.#depth++;
    if (this.#place !== "before" || this.#depth !== depthOfParts) return undefined;
    this.#place = "in";
    return "start";
  }

  #close(): "end" | undefined {
    this.#depth--;
    if (this.#place !== "in" || this.#depth !== depthOfParts - 1) return undefined;
    this.#place = "after";
    return "end";
  }

  #keep(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
    this.#length += bytes.length;
    if (this.#length <= maxPartBytes) return;
    throw invalidJson(
      `part ${this.#parts} of the state, or what stands around it, is larger than ${maxPartBytes} bytes.`,
    );
  }

  /** The text that ends with these bytes. */
  #cut(last: Uint8Array): string {
    this.#keep(last);
    const bytes = this.#pieces.length === 1 ? last : joined(this.#pieces, this.#length);
    this.#pieces = [];
    this.#length = 0;
    checkExtent(bytes);
    try {
      return this.#utf8.decode(bytes);
    } catch {
      throw invalidJson(`part ${this.#parts} of the state, or what stands around it, is not valid UTF-8.`);
    }
  }
}

function invalidJson(reason: string): Refusal {
  return new Refusal("invalid_json", { values: { reason } });
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}
