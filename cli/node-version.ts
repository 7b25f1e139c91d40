/** The lowest minor version of each major version of Node that works; every later major version does. */
const minimums: Readonly<Record<number, number>> = { 20: 19, 22: 12 };
const firstOfLater = 24;

/**
 * Explains that a version of Node is too old.
 * @returns undefined for one that works
 */
export function nodeVersionProblem(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const minimum = minimums[major];
  if (major >= firstOfLater || (minimum !== undefined && minor >= minimum)) return undefined;
  const needed = Object.entries(minimums).map((parts) => parts.join("."));
  return `widgets-mock needs Node ${needed.join(", ")} or ${firstOfLater}, and later ones of these; this is Node ${version}`;
}
