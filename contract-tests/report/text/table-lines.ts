/** What parts two columns, and what a table is indented by. */
const gap = "  ";
/** No column is made narrower than this. */
const minWidth = 12;

/** Lays out a table without a head in lines of at most so many characters: its widest columns are broken between words. */
export function tableLines(rows: readonly (readonly string[])[], maxWidth: number): string[] {
  const widths = columnWidths(rows, maxWidth);
  return rows.flatMap((row) => {
    const cells = row.map((cell, column) => wrappedLines(cell, widths[column] ?? minWidth));
    const height = Math.max(...cells.map(({ length }) => length));
    return Array.from({ length: height }, (_, line) =>
      (gap + cells.map((lines, column) => (lines[line] ?? "").padEnd(widths[column] ?? 0)).join(gap)).trimEnd(),
    );
  });
}

function columnWidths(rows: readonly (readonly string[])[], maxWidth: number): number[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const sum = () => widths.reduce((all, width) => all + gap.length + width, 0);
  for (let excess = sum() - maxWidth; excess > 0; excess--) {
    const widest = Math.max(...widths);
    if (widest <= minWidth) break;
    widths[widths.indexOf(widest)] = widest - 1;
  }
  return widths;
}

/** Breaks a text between its words, and words that are longer than a line. */
function wrappedLines(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1) ?? "";
    const longer = last === "" ? word : `${last} ${word}`;
    if (longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(...(word.match(new RegExp(`.{1,${width}}`, "gs")) ?? []));
  }
  return lines[0] === "" && lines.length > 1 ? lines.slice(1) : lines;
}
