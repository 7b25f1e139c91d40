import { type WrongCaller, wrongCallers } from "./history/exchange.ts";
import type { Fields } from "./target.ts";

/** A key that nobody has, as long as most are. */
const unknownKey = "nobody-has-this-key-0000000000000000";
/** So much of a key is cut off or added, that what is left cannot be the same one in another spelling. */
const changedLength = 4;

/** How a key becomes a wrong one. */
const changes: { readonly [caller in Exclude<WrongCaller, "other-scheme">]: (key: string) => string } = {
  "made-up": (key) => unknownKey.padEnd(key.length, "0").slice(0, Math.max(key.length, 19)),
  "cut-short": (key) => key.slice(0, key.length > 2 * changedLength ? -changedLength : -1),
  extended: (key) => key + "0".repeat(changedLength),
  "other-case": inOtherCase,
};

/** What comes before the secret part of a key, such as `sk_live_`. */
const prefix = /^.*_/;

/**
 * A key with the letters of its secret part in the other case; the key itself where they are all in one case: it may be a
 * number, as a UUID or in base 16 or 32, which is read in either (RFC 4648, RFC 9562).
 */
function inOtherCase(key: string): string {
  const [before = ""] = prefix.exec(key) ?? [];
  const secret = key.slice(before.length);
  if (secret === secret.toLowerCase() || secret === secret.toUpperCase()) return key;
  return (
    before + [...secret].map((one) => (one === one.toLowerCase() ? one.toUpperCase() : one.toLowerCase())).join("")
  );
}

/**
 * The header fields of a credential that is wrong on purpose, made from the right one; undefined where it has no form of
 * which it is known that a change makes it wrong.
 */
export function wrongCredentialOf(credential: Fields, caller: WrongCaller): Fields | undefined {
  const [first] = Object.entries(credential);
  if (!first || Object.keys(credential).length > 1) return undefined;
  const [name, value] = first;
  const [, scheme = "", key] = /^(?:(\w+) )?([^\s;,]+)$/.exec(value) ?? [];
  if (key === undefined) return undefined;
  if (caller === "other-scheme") {
    return { authorization: scheme === "Bearer" ? `Basic ${btoa(`${unknownKey}:`)}` : `Bearer ${unknownKey}` };
  }
  const change = changes[caller];
  const changed = scheme.toLowerCase() === "basic" ? basicWith(key, change) : `${scheme} ${change(key)}`.trimStart();
  return changed === value ? undefined : { [name]: changed };
}

/** The callers for whom a wrong credential can be made from the right one. */
export function wrongCallersFor(credential: Fields): WrongCaller[] {
  return wrongCallers.filter((caller) => wrongCredentialOf(credential, caller) !== undefined);
}

/** Changes the password of a Basic credential, or its user where there is none (RFC 7617). */
function basicWith(key: string, change: (key: string) => string): string {
  const text = Buffer.from(key, "base64").toString("utf8");
  const colon = text.indexOf(":");
  const [user, password] = [text.slice(0, colon), text.slice(colon + 1)];
  const changed = password === "" ? `${change(user)}:` : `${user}:${change(password)}`;
  return `Basic ${Buffer.from(changed).toString("base64")}`;
}
