import type { HeaderLookup } from "../http/exchange.ts";
import type { Organizations } from "../organizations/organizations.ts";
import { Refusal } from "../refusal.ts";

/** The organizations by the API keys that the mock was started with; undefined if there are none. */
export type ApiKeys = Readonly<Record<string, string>> | undefined;

const challenge = { "WWW-Authenticate": "Bearer" };

/** The organization of a request, by its API key. */
export interface Identity {
  readonly organization: string;
  /**
   * Which key it was, without giving it away: the second of the mock's keys is `#2`, `sk_test_demo` is `…mo`, and one that an
   * admin made is its id.
   */
  readonly keyLabel: string;
  /** True for a key that somebody was given; false for one that anybody can make up. */
  readonly isGiven: boolean;
}

/** Which API keys are accepted besides those that an admin has made. */
export interface KeyPolicy {
  readonly keys: ApiKeys;
  /** True if every `sk_test_…` is accepted, as an organization of its own. */
  isOpen: boolean;
}

/**
 * Finds the organization that the API key of a request belongs to (A-AUTH-1).
 * @throws Refusal if the key is missing, unknown or revoked (A-AUTH-2)
 */
export type Authenticate = (header: HeaderLookup) => Identity;

/** So many keys are remembered, and no longer headers than this. */
const maxRemembered = 1000;
const maxRememberedLength = 200;

/** Creates the authentication of a mock. A client sends the same header each time, which is read once. */
export function createAuthentication(policy: KeyPolicy, organizations: Organizations): Authenticate {
  const remembered = new Map<string, Identity>();
  let revision = organizations.revision;
  let wasOpen = policy.isOpen;
  return (header) => {
    // A key that was revoked is rejected at once.
    if (revision !== organizations.revision || wasOpen !== policy.isOpen) {
      remembered.clear();
      revision = organizations.revision;
      wasOpen = policy.isOpen;
    }
    const known = remembered.get(header("authorization") ?? "");
    if (known) return known;
    const identity = authenticate(header, policy, organizations);
    const { length } = header("authorization") ?? "";
    if (length <= maxRememberedLength && remembered.size < maxRemembered)
      remembered.set(header("authorization") ?? "", identity);
    return identity;
  };
}

function authenticate(header: HeaderLookup, policy: KeyPolicy, organizations: Organizations): Identity {
  const authorization = header("authorization");
  const rejection = (reason: string) =>
    new Refusal("unauthorized", { values: { reason, hint: hintOf(policy) }, headers: challenge });
  if (authorization === undefined || authorization === "") throw rejection("The request has no API key.");
  // A header that is sent twice arrives joined by a comma, which no key contains.
  if (authorization.includes(",")) throw new Refusal("duplicate_header", { values: { header: "Authorization" } });
  const key = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  if (key === undefined) throw rejection("The Authorization header is malformed.");
  if (key.startsWith("sk_live_")) throw new Refusal("live_key_refused", { headers: challenge });
  if (policy.isOpen && key === testPrefix) {
    throw rejection("The API key is only a prefix: sk_test_ needs a name behind it.");
  }
  const identity = identityOf(key, policy, organizations);
  if (identity === undefined) throw rejection("Unknown API key.");
  if (identity === "revoked") throw rejection("The API key was revoked.");
  return identity;
}

function hintOf({ keys, isOpen }: KeyPolicy): string {
  if (isOpen) return "any key of the form sk_test_<name> works.";
  return keys
    ? "only the keys that the mock was started with work."
    : "only keys that were made for an organization work; ask whoever runs this mock for one.";
}

const testPrefix = "sk_test_";
/** So many characters of a key are shown, and never more than half of its name. */
const maxShown = 4;

/** The organization of a key, whoever sends it. */
export function identityOf(
  key: string,
  { keys, isOpen }: KeyPolicy,
  organizations: Organizations,
): Identity | "revoked" | undefined {
  if (keys && Object.hasOwn(keys, key)) {
    const keyLabel = `#${Object.keys(keys).indexOf(key) + 1}`;
    return { organization: keys[key] ?? key, keyLabel, isGiven: true };
  }
  const made = organizations.findKey(key);
  if (made?.revokedAt !== undefined) return "revoked";
  if (made) return { organization: made.organization, keyLabel: made.id, isGiven: true };
  if (!isOpen || !key.startsWith(testPrefix)) return undefined;
  const nameLength = key.length - testPrefix.length;
  const keyLabel = `…${key.slice(-Math.min(maxShown, Math.ceil(nameLength / 2)))}`;
  return { organization: key, keyLabel, isGiven: false };
}
