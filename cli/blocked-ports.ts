/** Ports that browsers and `fetch` refuse to call (Fetch standard, section 2.9), above those that need a privilege. */
const blockedPorts: ReadonlySet<number> = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]);

/** True for a port that browsers and `fetch` refuse to call. */
export function isBlockedPort(port: number): boolean {
  return blockedPorts.has(port);
}
