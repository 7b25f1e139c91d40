import type { Report } from "./report.ts";
import { shellQuote } from "./reproduction/shell-words.ts";

/** States how the widgets are deleted that a run has left. */
export function cleanAdvice({ target, ledger }: Pick<Report, "target" | "ledger">): string {
  if (ledger?.file === undefined || ledger.problem !== undefined) return "Delete them with --clean and the ledger.";
  return `Delete them: widgets-mock contract ${shellQuote(target)} --clean ${shellQuote(ledger.file)}`;
}
