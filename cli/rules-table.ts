import type { Rule, WidgetsDocument } from "../spec/document.ts";

const idWidth = 13;
const basisWidth = 9;

/** The rules for reading: id, basis, what it says, and the choices of an assumed one, wrapped to a width in columns. */
export function rulesTable(document: WidgetsDocument, columns: number): string {
  const textWidth = Math.max(40, columns - idWidth - basisWidth);
  const head = `${"RULE".padEnd(idWidth)}${"BASIS".padEnd(basisWidth)}SAYS\n`;
  return (
    head +
    Object.entries(document["x-rules"])
      .map(([id, rule]) => row(id, rule, textWidth))
      .join("")
  );
}

function row(id: string, { says, basis, choices = [] }: Rule, textWidth: number): string {
  const names = choices.map(({ choice }) => choice);
  const lines = [
    ...wrap(says, textWidth),
    ...(names.length > 0 ? wrap(`choices: ${names.join(", ")}`, textWidth) : []),
  ];
  const indent = " ".repeat(idWidth + basisWidth);
  return lines
    .map((line, index) => `${index === 0 ? id.padEnd(idWidth) + basis.padEnd(basisWidth) : indent}${line}\n`)
    .join("");
}

function wrap(text: string, width: number): string[] {
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
