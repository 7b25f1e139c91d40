import type { WrongCaller } from "./history/exchange.ts";
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
};

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
  return { [name]: scheme.toLowerCase() === "basic" ? basicWith(key, change) : `${scheme} ${change(key)}`.trimStart() };
}

/** Changes the password of a Basic credential, or its user where there is none (RFC 7617). */
function basicWith(key: string, change: (key: string) => string): string {
  const text = Buffer.from(key, "base64").toString("utf8");
  const colon = text.indexOf(":");
  const [user, password] = [text.slice(0, colon), text.slice(colon + 1)];
  const changed = password === "" ? `${change(user)}:` : `${user}:${change(password)}`;
  return `Basic ${Buffer.from(changed).toString("base64")}`;
}
