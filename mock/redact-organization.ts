import type { ApiKeys } from "./request/authenticate.ts";
import { hash } from "./world/random.ts";

/**
 * An organization's name; of one that has no other name than its key, a word that is always the same.
 * @param keys which keys were mapped to organizations; undefined where every key is its own
 */
export function redactOrganization(organization: string, keys: ApiKeys): string {
  const isKey = keys === undefined || Object.hasOwn(keys, organization);
  return isKey ? `key_${hash(organization).toString(36)}` : organization;
}
