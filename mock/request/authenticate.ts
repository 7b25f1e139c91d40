import type { HeaderLookup } from "../http/exchange.ts";
import { Refusal } from "../refusal.ts";

/** The organizations by their API keys; undefined if every `sk_test_…` is an organization of its own. */
export type ApiKeys = Readonly<Record<string, string>> | undefined;

const challenge = { "WWW-Authenticate": "Bearer" };

/** The organization of a request, by its API key. */
export interface Identity {
  readonly organization: string;
  /** Which key it was, without giving it away: the second of the mock's keys is `#2`, `sk_test_demo` is `…mo`. */
  readonly keyLabel: string;
}

/**
 * Finds the organization that the API key of a request belongs to (A-AUTH-1).
 * @throws Refusal if the key is missing or unknown (A-AUTH-2)
 */
export type Authenticate = (header: HeaderLookup) => Identity;

/** So many keys are remembered, and no longer headers than this. */
const maxRemembered = 1000;
const maxRememberedLength = 200;

/** Creates the authentication of a mock. A client sends the same header each time, which is read once. */
export function createAuthentication(keys: ApiKeys): Authenticate {
  const remembered = new Map<string, Identity>();
  return (header) => {
    const known = remembered.get(header("authorization") ?? "");
    if (known) return known;
    const identity = authenticate(header, keys);
    const { length } = header("authorization") ?? "";
    if (length <= maxRememberedLength && remembered.size < maxRemembered)
      remembered.set(header("authorization") ?? "", identity);
    return identity;
  };
}

function authenticate(header: HeaderLookup, keys: ApiKeys): Identity {
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
  if (!keys && key === testPrefix) throw rejection("The API key is only a prefix: sk_test_ needs a name behind it.");
  const organization = organizationOf(key, keys);
  if (organization === undefined) throw rejection("Unknown API key.");
  return { organization, keyLabel: keyLabelOf(key, keys) };
}

const testPrefix = "sk_test_";
/** So many characters of a key are shown, and never more than half of its name. */
const maxShown = 4;

function organizationOf(key: string, keys: ApiKeys): string | undefined {
  if (keys) return Object.hasOwn(keys, key) ? keys[key] : undefined;
  return key.startsWith(testPrefix) ? key : undefined;
}

function keyLabelOf(key: string, keys: ApiKeys): string {
  if (keys) return `#${Object.keys(keys).indexOf(key) + 1}`;
  const nameLength = key.length - testPrefix.length;
  return `…${key.slice(-Math.min(maxShown, Math.ceil(nameLength / 2)))}`;
}
