import { type ApiCoverage, measureCoverage } from "../coverage/coverage.ts";
import { coverageItems } from "../coverage/coverage-items.ts";
import type { Controls } from "./control-types.ts";
import { type Scope, worldsIn } from "./scope.ts";

/** Controls of what clients have met. */
export const coverageControls: Controls<"getCoverage" | "resetCoverage"> = {
  getCoverage: ({ scope }) => coverageIn(scope),

  resetCoverage({ scope }) {
    const before = coverageIn(scope);
    scope.engine.worlds.coverage.reset(scope.organization);
    // A page that is sent again shows its widgets to somebody who has not seen them.
    for (const world of worldsIn(scope)) world.listPages.clear();
    return before;
  },
};

function coverageIn({ engine, organization }: Scope): ApiCoverage {
  const { dialect, operations, worlds } = engine;
  const counts = organization === undefined ? worlds.coverage.sum() : worlds.coverage.of(organization);
  return measureCoverage(coverageItems(dialect, [...operations.values()]), counts, dialect.name);
}
