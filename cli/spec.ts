import { publishedDocument } from "../spec/published-document.ts";
import type { Invocation } from "./command-line/command.ts";
import { rulesTable } from "./rules-table.ts";
import type { specCommand } from "./spec-flags.ts";

/** Prints the bundled document, or the rules for reading. */
export function printSpec({ flags, stdout }: Invocation<typeof specCommand.flags>): undefined {
  const text = flags.rules
    ? rulesTable(publishedDocument, stdout.columns ?? 80)
    : `${JSON.stringify(publishedDocument, null, 2)}\n`;
  stdout.write(text);
}
