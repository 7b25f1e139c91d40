/** The key of what belongs to another row, such as a message to its conversation. */
export function subKey(owner: string, part: number | string): string {
  return `${owner}/${part}`;
}

/** The two halves of such a key; an id of an owner has no slash. */
export function splitSubKey(key: string): readonly [owner: string, part: string] {
  const at = key.indexOf("/");
  return [key.slice(0, at), key.slice(at + 1)];
}
