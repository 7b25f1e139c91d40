import type { Organizations } from "./organizations/organizations.ts";
import type { ApiKeys } from "./request/authenticate.ts";
import { shortNameOf } from "./world/digest.ts";

/**
 * The name of an organization. Where that is the API key itself, a pseudonym of it, always the same.
 * @param keys the organizations by API key; undefined if every key is its own organization
 */
export function redactOrganization(organization: string, keys: ApiKeys, organizations: Organizations): string {
  return isApiKey(organization, keys, organizations) ? `key_${shortNameOf(organization)}` : organization;
}

/** True if the name of an organization is its API key. */
export function isApiKey(organization: string, keys: ApiKeys, organizations: Organizations): boolean {
  if (organizations.has(organization)) return false;
  return keys === undefined || Object.hasOwn(keys, organization) || organization.startsWith("sk_test_");
}
