import { Hash } from "fast-sha256";

const utf8 = new TextEncoder();

/** So many characters are hashed at once. */
const blockLength = 32 * 1024;

/** The SHA-256 of a text that comes in pieces. */
export class Checksum {
  /** Node's own, which is several times as fast. Loaded on first use: many mocks export nothing, and a browser has none. */
  readonly #nodeHash = globalThis.process?.getBuiltinModule?.("node:crypto").createHash("sha256");
  readonly #hash = this.#nodeHash ? undefined : new Hash();
  #pending: string[] = [];
  #length = 0;

  add(text: string): void {
    this.#pending.push(text);
    this.#length += text.length;
    if (this.#length >= blockLength) this.#update();
  }

  /** The checksum in hexadecimal digits. */
  digest(): string {
    this.#update();
    if (this.#nodeHash) return this.#nodeHash.digest("hex");
    return Array.from(this.#hash?.digest() ?? [], (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  #update(): void {
    const text = this.#pending.join("");
    this.#nodeHash?.update(text);
    this.#hash?.update(utf8.encode(text));
    this.#pending = [];
    this.#length = 0;
  }
}
