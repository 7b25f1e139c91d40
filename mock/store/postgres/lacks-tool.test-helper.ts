/**
 * True if tests have to be skipped for want of a tool, which is said. In CI none is skipped: there they fail without it.
 * @param name of its package, as `.ci/install-tools` installs it
 */
export function lacksTool(name: string, isThere: boolean, env: NodeJS.ProcessEnv = process.env): boolean {
  const isSkipped = !isThere && env["CI"] === undefined;
  if (isSkipped) console.warn(`${name} is missing: its tests are skipped; .ci/install-tools installs it`);
  return isSkipped;
}
