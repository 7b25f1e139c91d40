import { createHash, randomBytes } from "node:crypto";
import { type Redact, redactorFor } from "../contract-tests/redact.ts";
import type { Fields, Target } from "../contract-tests/target.ts";
import type { HeaderLine } from "./headers.ts";

/** Who sends a request, without the secret that says so. */
export interface CallerIdentity {
  /**
   * `key`: it has a credential; `anonymous`: it surely has none; `unclear`: it has nothing that looks like one, but something
   * that nobody knows.
   */
  readonly kind: "key" | "anonymous" | "unclear";
  /** The same for the same credential: `key-1`, `key-2`, …, `anonymous`, `unclear`. */
  readonly name: string;
  /** Header names of the credential, each with the word before the secret. */
  readonly scheme: Fields;
}

/** A field, or a parameter of a query, that holds a credential. */
const secretName =
  /^(authorization|cookie)$|(^|[-_.])(api[-_]?key|key|token|auth|secret|session|password|signature|sig)$/i;
/** `Idempotency-Key` is none. */
const noSecret = /idempot/i;
/** Fields that say nothing of who calls. */
const harmless =
  /^(accept|accept-(encoding|language|charset)|user-agent|host|content-(type|length|encoding|language|md5)|connection|cache-control|pragma|origin|referer|sec-.*|traceparent|tracestate|baggage|via|forwarded|x-forwarded-.*|x-real-ip|(x-)?request-id|(x-)?correlation-id|(x-)?idempotency-key|if-.*|range|te|trailer|transfer-encoding|dnt|upgrade-insecure-requests|priority|expect|keep-alive|date|prefer|x-requested-with)$/i;
const scheme = /^(Bearer|Basic|Token|ApiKey|Digest) \S/i;
/** So many secrets are looked for in what is kept; the oldest are forgotten. */
const maxSecrets = 200;

/** Tells callers apart by their credentials, of which nothing is kept but what takes them out of texts. */
export class CallerIdentities {
  readonly #target: Target;
  readonly #salt = randomBytes(16);
  readonly #names = new Map<string, string>();
  #secrets: string[] = [];
  #redact: Redact;

  constructor(target: Target) {
    this.#target = target;
    this.#redact = redactorFor(target);
  }

  /** Takes every credential that was seen out of a value. */
  readonly redact: Redact = (value) => this.#redact(value);

  /** How many credentials were seen. */
  get count(): number {
    return this.#names.size;
  }

  /** @param knownQuery the parameters that the operation has; undefined where it is none of the document's */
  identify(lines: readonly HeaderLine[], path: string, knownQuery: readonly string[] | undefined): CallerIdentity {
    const isSecret = (name: string) => secretName.test(name) && !noSecret.test(name);
    const fields = lines.filter(([name]) => isSecret(name));
    const query = queryOfPath(path);
    const inQuery = [...query].filter(([name]) => isSecret(name) && !knownQuery?.includes(name));
    const all = [...fields, ...inQuery];
    if (all.length > 0) {
      for (const [, value] of all) this.#remember(value);
      const schemeOf = ([name, value]: HeaderLine): HeaderLine => [name.toLowerCase(), scheme.exec(value)?.[1] ?? ""];
      return { kind: "key", name: this.#nameOf(all), scheme: Object.fromEntries(fields.map(schemeOf)) };
    }
    const isKnown = knownQuery !== undefined && [...query.keys()].every((name) => knownQuery.includes(name));
    const hasNone = isKnown && this.#isOpen && lines.every(([name]) => harmless.test(name));
    const kind = hasNone ? "anonymous" : "unclear";
    return { kind, name: kind, scheme: {} };
  }

  /** Whether a request without a credential has none: a certificate of the proxy's own is one of everybody. */
  get #isOpen(): boolean {
    return this.#target.connection?.clientCert === undefined;
  }

  #nameOf(lines: readonly HeaderLine[]): string {
    const hash = createHash("sha256").update(this.#salt);
    // What a cookie says besides changes.
    const parts = lines.some(([name]) => /^authorization$/i.test(name))
      ? lines.filter(([name]) => /^authorization$/i.test(name))
      : lines;
    for (const [name, value] of parts) hash.update(`${name.toLowerCase()}\0${value}\0`);
    const digest = hash.digest("hex");
    const name = this.#names.get(digest) ?? `key-${this.#names.size + 1}`;
    this.#names.set(digest, name);
    return name;
  }

  #remember(value: string): void {
    if (this.#secrets.includes(value)) return;
    this.#secrets = [...this.#secrets, value].slice(-maxSecrets);
    const credentials = Object.fromEntries(this.#secrets.map((secret, n) => [`c${n}`, secret]));
    this.#redact = redactorFor({ ...this.#target, credential: { ...this.#target.credential, ...credentials } });
  }
}

/** The query parameters of a path. */
export function queryOfPath(path: string): URLSearchParams {
  const mark = path.indexOf("?");
  return new URLSearchParams(mark === -1 ? "" : path.slice(mark + 1));
}
