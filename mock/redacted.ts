import { hash } from "./world/random.ts";

/** An organization's name; a key that stands for its own organization is told by a word that is always the same. */
export function redacted(organization: string): string {
  return organization.startsWith("sk_") ? `key_${hash(organization).toString(36)}` : organization;
}
