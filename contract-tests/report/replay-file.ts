/** Path of a reproduction inside the folder of a report. */
export function replayFilePath(rule: string): string {
  return `replay/${rule}.json`;
}
