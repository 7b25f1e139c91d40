import { styleText } from "node:util";
import type { JournalEntry } from "../mock/index.ts";
import { colourOf } from "./log.ts";

/** From this width on there is room for the day. */
const wideColumns = 80;
const leastPathWidth = 12;
const gap = "  ";

interface Row {
  readonly time: string;
  readonly method: string;
  readonly path: string;
  readonly status: string;
  readonly code: string;
}

/** Answers for reading, one a line, oldest first: paths are cut so that a line fits a terminal's width in columns. */
export function journalTable(entries: readonly JournalEntry[], columns: number, colours: boolean): string {
  const rows = entries.map((entry) => rowOf(entry, columns >= wideColumns));
  const head: Row = { time: "TIME", method: "METHOD", path: "PATH", status: "STATUS", code: "CODE" };
  const widths = widthsOf([head, ...rows], columns);
  const paint = (style: Parameters<typeof styleText>[0], text: string) => (colours ? styleText(style, text) : text);
  const lines = rows.map((row, index) =>
    line(row, widths, (text) => paint(colourOf(entries[index]?.status ?? 0), text)),
  );
  return [
    paint(
      "dim",
      line(head, widths, (text) => text),
    ),
    ...lines,
  ].join("\n");
}

function rowOf({ at, method, path, status, code = "" }: JournalEntry, isWide: boolean): Row {
  const time = new Date(at).toISOString().replace(/\.\d+/, "");
  const timeOfDay = time.slice(time.indexOf("T") + 1, -1);
  return { time: isWide ? time : timeOfDay, method, path, status: status === 0 ? "none" : String(status), code };
}

type Widths = { readonly [column in keyof Row]: number };

function widthsOf(rows: readonly Row[], columns: number): Widths {
  const widest = (column: keyof Row) => Math.max(...rows.map((row) => row[column].length));
  const [time, method, status, code] = [widest("time"), widest("method"), widest("status"), widest("code")];
  const left = columns - (time + method + status + code + 4 * gap.length);
  return { time, method, path: Math.min(widest("path"), Math.max(leastPathWidth, left)), status, code };
}

function line({ time, method, path, status, code }: Row, widths: Widths, paintStatus: (text: string) => string) {
  const cells = [time.padEnd(widths.time), method.padEnd(widths.method), cut(path, widths.path).padEnd(widths.path)];
  // Colours have no width.
  const padding = " ".repeat(widths.status - status.length);
  return [...cells, paintStatus(status) + padding, code].join(gap).trimEnd();
}

/** The end of a path tells more than its beginning, which is the same for all. */
function cut(path: string, width: number): string {
  return path.length <= width ? path : `…${path.slice(1 - width)}`;
}
