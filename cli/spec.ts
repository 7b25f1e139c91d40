import { publishedDocument } from "../spec/published-document.ts";
import { help } from "./help.ts";
import { rulesTable } from "./rules-table.ts";
import { readFlags } from "./usage.ts";

/** `widgets-mock spec`: prints the bundled document, or the rules for reading. */
export async function spec(args: readonly string[]): Promise<void> {
  const flags = readFlags(args, { rules: { type: "boolean" }, help: { type: "boolean", short: "h" } });
  if (flags.help) process.stdout.write(help);
  else if (flags.rules) process.stdout.write(rulesTable(publishedDocument, process.stdout.columns ?? 120));
  else process.stdout.write(`${JSON.stringify(publishedDocument, null, 2)}\n`);
}
