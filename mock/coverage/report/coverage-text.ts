import { printableText } from "../../../spec/text/printable-text.ts";
import type { ApiCoverage } from "../coverage.ts";
import type { CoverageTodo } from "../coverage-todo.ts";

/** The state of a coverage in a clause: `61 of 214 items were met, 28.5 %`. */
export function coverageClause({ met, of, percent }: ApiCoverage): string {
  return `${met} of ${of} items were met, ${percent} %`;
}

/** What is met of each kind of items, in the order of the items: `operation  3 of 10`. */
export function countsByKind({ items }: ApiCoverage): (readonly [kind: string, met: number, of: number])[] {
  const kinds = new Map<string, { met: number; of: number }>();
  for (const { kind, count } of items) {
    const counts = kinds.get(kind) ?? { met: 0, of: 0 };
    kinds.set(kind, { met: counts.met + (count > 0 ? 1 : 0), of: counts.of + 1 });
  }
  return [...kinds].map(([kind, { met, of }]) => [kind, met, of]);
}

/** A coverage for a terminal: a list of things to do, and a line for each kind. */
export function coverageText(coverage: ApiCoverage): string {
  const width = Math.max(...countsByKind(coverage).map(([kind]) => kind.length));
  const rows = countsByKind(coverage).map(([kind, met, of]) => `  ${kind.padEnd(width)}  ${met} of ${of}`);
  return [`Coverage: ${coverageClause(coverage)}.`, ...rows, ...coverage.todo.flatMap(todoLines)].join("\n");
}

function todoLines({ says, how, missing }: CoverageTodo): string[] {
  return ["", says, ...missing.map((name) => `  - ${printableText(name, 2000)}`), `  How: ${how}`];
}
