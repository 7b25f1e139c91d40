import type { ApiKeys } from "./request/authenticate.ts";
import { shortNameOf } from "./world/digest.ts";

/**
 * The name of an organization. Where that is the API key itself, a pseudonym of it, always the same.
 * @param keys the organizations by API key; undefined if every key is its own organization
 */
export function redactOrganization(organization: string, keys: ApiKeys): string {
  const isKey = keys === undefined || Object.hasOwn(keys, organization);
  return isKey ? `key_${shortNameOf(organization)}` : organization;
}
