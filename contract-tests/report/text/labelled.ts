/** Lines behind a label, which stands before the first of them. */
export function labelled(label: string, lines: readonly (string | undefined)[]): string[] {
  const shown = lines.filter((line) => line !== undefined);
  return shown.map((line, n) => `  ${(n === 0 ? label : "").padEnd(10)} ${line}`);
}
