import { gcmsiv } from "@noble/ciphers/aes.js";
import fastSha256 from "fast-sha256";
import type { Engine } from "../engine.ts";
import { isApiKey } from "../redact-organization.ts";
import { Refusal } from "../refusal.ts";
import type { PartOf, UnwrittenPart } from "./snapshot-part.ts";

const utf8 = new TextEncoder();
const salt = utf8.encode("widgets-mock snapshot");
/** Slows down whoever tries one token after the other, and costs some tens of milliseconds once. */
const iterations = 10_000;

/** Seals the parts of a snapshot that hold secrets, so that it can only be restored by a mock with the same token. */
export class Seal {
  readonly #key: Uint8Array;

  constructor(token: string) {
    this.#key = fastSha256.pbkdf2(utf8.encode(token), salt, iterations, 32);
  }

  /** Encrypts a text, always to the same one. */
  seal(text: string): string {
    return btoa(Array.from(this.#cipher().encrypt(utf8.encode(text)), (byte) => String.fromCharCode(byte)).join(""));
  }

  /** @throws Refusal for what was sealed with another token, or changed since */
  unseal(sealed: string): string {
    try {
      const bytes = Uint8Array.from(atob(sealed), (character) => character.charCodeAt(0));
      return new TextDecoder().decode(this.#cipher().decrypt(bytes));
    } catch {
      const reason = "the snapshot was sealed by a mock with another control token; start this one with that token";
      throw new Refusal("snapshot_rejected", { values: { reason } });
    }
  }

  /** AES-GCM-SIV (RFC 8452): a nonce that is used again gives away only which parts are equal. */
  #cipher() {
    return gcmsiv(this.#key, new Uint8Array(12));
  }
}

/** Seals the parts that hold an API key, the secret of a webhook or the token of a visitor. */
export function* sealParts(
  { keyPolicy, organizations }: Engine,
  seal: Seal,
  parts: Iterable<UnwrittenPart>,
): Generator<UnwrittenPart | PartOf<"sealed">> {
  const isKey = (organization: string) => isApiKey(organization, keyPolicy.keys, organizations);
  for (const part of parts) {
    const isSecret =
      part.part === "endpoint" ||
      part.part === "conversation" ||
      ((part.part === "world" || part.part === "window") && isKey(part.organization));
    yield isSecret ? { part: "sealed" as const, text: seal.seal(JSON.stringify(part)) } : part;
  }
}
