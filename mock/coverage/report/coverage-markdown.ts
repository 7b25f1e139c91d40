import { pipeTable, plainOrCode } from "../../../spec/text/markdown.ts";
import type { ApiCoverage } from "../coverage.ts";
import type { CoverageTodo } from "../coverage-todo.ts";
import { countsByKind, coverageClause } from "./coverage-text.ts";

/** A coverage as Markdown, such as for the summary of a step on GitHub. */
export function coverageMarkdown(coverage: ApiCoverage): string {
  const rows = countsByKind(coverage).map(([kind, met, of]) => [kind, String(met), String(of)]);
  return [
    "## Coverage of the Widgets API",
    `${coverageClause(coverage)}. Dialect: ${coverage.dialects.map(plainOrCode).join(", ")}.`,
    pipeTable(["Kind", "Met", "Of"], rows),
    ...(coverage.todo.length === 0 ? [] : ["### To do", ...coverage.todo.map(todoMarkdown)]),
    "",
  ].join("\n\n");
}

function todoMarkdown({ says, how, missing }: CoverageTodo): string {
  return [`**${says}**`, missing.map((name) => `- ${name}`).join("\n"), how].join("\n\n");
}
