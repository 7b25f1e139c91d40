/** Where what was found under a rule is written, inside the folder of a report. */
export function replayFile(rule: string): string {
  return `replay/${rule}.json`;
}
