import type { Command, Section } from "./command.ts";
import { type Flag, type Flags, synopsisOf } from "./flag.ts";

/** The width that every help fits. */
const columns = 80;
/** The widest first column; what is longer has its text on the next line. */
const maxTermWidth = 26;

type Row = readonly [term: string, meaning: string];

/** What `widgets-mock help <command>` prints. */
export function helpText(command: Command): string {
  const positionals = Object.entries(command.flags).filter(([, { positional }]) => positional);
  const synopses = positionals.map(([name, flag]) => {
    const synopsis = synopsisOf(name, flag);
    return flag.required ? synopsis : `[${synopsis}]`;
  });
  const usage = `Usage: ${["widgets-mock", command.name, ...synopses, "[options]"].join(" ")}`;
  const paragraphs = [`${command.summary}.`, ...(command.description ?? [])].map((text) =>
    wrap(text, columns).join("\n"),
  );
  const sections = [...flagSections(command), ...(command.sections ?? []).map((section) => sectionText(section))];
  return `${[usage, ...paragraphs, ...sections].join("\n\n")}\n`;
}

/** A table or a paragraph below its heading. */
export function sectionText({ heading, rows = [], text }: Section, width = termWidth(rows)): string {
  const lines = rows.flatMap((row) => rowLines(row, width));
  const paragraph = text === undefined ? [] : wrap(text, columns - 2).map((line) => `  ${line}`);
  return [heading, ...paragraph, ...lines].join("\n");
}

function termWidth(rows: readonly Row[]): number {
  return Math.min(maxTermWidth, Math.max(0, ...rows.map(([term]) => term.length)));
}

/** A flag's row: how it is given, and what it does. */
export function flagRow(name: string, flag: Flag): Row {
  const short = flag.short === undefined ? "" : `-${flag.short}, `;
  return [short + synopsisOf(name, flag), flagDescription(flag)];
}

/** What a flag does, with what it is by default. */
export function flagDescription(flag: Flag): string {
  const notes = [
    ...(flag.default === undefined ? [] : [`default ${flag.default}`]),
    ...(flag.repeatable && !flag.positional ? ["repeatable"] : []),
  ];
  return notes.length === 0 ? flag.description : `${flag.description} (${notes.join("; ")})`;
}

/** The flags of a command below their headings, in columns of one width. */
export function flagSections({ flags }: Command): string[] {
  const headings = [...new Set(Object.values(flags).map(headingOf))];
  const sections = headings.map((heading) => {
    const below = Object.fromEntries(Object.entries(flags).filter(([, flag]) => headingOf(flag) === heading));
    return { heading, rows: flagRows(below) };
  });
  const width = termWidth(sections.flatMap(({ rows }) => rows));
  return sections.map((section) => sectionText(section, width));
}

function headingOf({ group, positional }: Flag): string {
  return group ?? (positional ? "Arguments" : "Options");
}

function flagRows(flags: Flags): Row[] {
  return Object.entries(flags).flatMap(([name, flag]) => [
    flagRow(name, flag),
    ...(flag.values ?? []).map(([value, meaning]): Row => [`  ${value}`, meaning]),
  ]);
}

function rowLines([term, meaning]: Row, width: number): string[] {
  const indent = " ".repeat(width + 4);
  const [first = "", ...others] = wrap(meaning, columns - indent.length);
  const rest = others.map((line) => indent + line);
  return term.length > width
    ? [`  ${term}`, indent + first, ...rest]
    : [`  ${term.padEnd(width)}  ${first}`.trimEnd(), ...rest];
}

/** Breaks a text into lines of at most so many columns. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
