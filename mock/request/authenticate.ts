import type { HeaderLookup } from "../http/exchange.ts";
import { Refusal } from "../refusal.ts";

/** The organizations by their API keys; undefined if every `sk_test_…` is an organization of its own. */
export type ApiKeys = Readonly<Record<string, string>> | undefined;

const challenge = { "WWW-Authenticate": "Bearer" };

/**
 * The organization that the API key of a request belongs to (A-AUTH-1).
 * @throws Refusal if the key is missing or unknown (A-AUTH-2)
 */
export function authenticate(header: HeaderLookup, keys: ApiKeys): string {
  const authorization = header("authorization");
  const hint = keys
    ? "only the keys that the mock was started with work."
    : "any key of the form sk_test_<name> works.";
  const rejection = (reason: string) => new Refusal("unauthorized", { values: { reason, hint }, headers: challenge });
  if (authorization === undefined || authorization === "") throw rejection("The request has no API key.");
  // A header that is sent twice arrives joined by a comma, which no key contains.
  if (authorization.includes(",")) throw new Refusal("duplicate_header", { values: { header: "Authorization" } });
  const key = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  if (key === undefined) throw rejection("The Authorization header is malformed.");
  if (key.startsWith("sk_live_")) throw new Refusal("live_key_refused", { headers: challenge });
  if (!keys && key === "sk_test_") throw rejection("The API key is only a prefix: sk_test_ needs a name behind it.");
  const organization = organizationOf(key, keys);
  if (organization === undefined) throw rejection("Unknown API key.");
  return organization;
}

function organizationOf(key: string, keys: ApiKeys): string | undefined {
  if (keys) return Object.hasOwn(keys, key) ? keys[key] : undefined;
  return /^sk_test_./.test(key) ? key : undefined;
}
