/**
 * Number of webhook endpoints of an organization, without those that every organization has.
 * @param own ids of the organization's endpoints
 */
export function addedEndpoints(ofEveryWorld: readonly { readonly id: string }[], own: Iterable<string>): number {
  const shared = new Set(ofEveryWorld.map(({ id }) => id));
  return [...own].filter((id) => !shared.has(id)).length;
}
