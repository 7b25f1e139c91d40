import type { Rule, WidgetsDocument } from "../spec/document.ts";
import { wrap } from "./command-line/help-text.ts";

const idWidth = 13;
const basisWidth = 9;

/** The rules as a table: id, basis, text, and the choices of an assumption, wrapped to a width in columns. */
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
