import { Refusal } from "../refusal.ts";

/** Which keys are known, and whose they are: every `sk_test_…` its own, or only those that were mapped. */
export type ApiKeys = Readonly<Record<string, string>> | undefined;

const challenge = { "WWW-Authenticate": "Bearer" };

/**
 * The organization whose key a request carries (A-AUTH-1).
 * @throws Refusal where there is no key, or none that is known (A-AUTH-2).
 */
export function authenticate(headers: Headers, keys: ApiKeys): string {
  const authorization = headers.get("authorization");
  const hint = keys
    ? "the known keys are those that the mock was started with."
    : "any key that begins with sk_test_ will do.";
  const refuse = (reason: string) => new Refusal("unauthorized", { values: { reason, hint }, headers: challenge });
  if (authorization === null || authorization === "") throw refuse("No key was sent.");
  // Header fields sent twice arrive joined; no key holds a comma.
  if (authorization.includes(",")) throw new Refusal("duplicate_header", { values: { header: "Authorization" } });
  const key = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  if (key === undefined) throw refuse("The Authorization header has another form.");
  if (key.startsWith("sk_live_")) throw new Refusal("live_key_refused", { headers: challenge });
  const organization = organizationOf(key, keys);
  if (organization === undefined) throw refuse("The key is not known.");
  return organization;
}

function organizationOf(key: string, keys: ApiKeys): string | undefined {
  if (keys) return Object.hasOwn(keys, key) ? keys[key] : undefined;
  return /^sk_test_./.test(key) ? key : undefined;
}
