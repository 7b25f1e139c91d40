import { describe, expect, test } from "vitest";
import { mutants } from "./subjects/mutants.test-helper.ts";
import { seedsOf } from "./subjects/seeds.test-helper.ts";
import { rulesNamedOn } from "./subjects/target.test-helper.ts";

/** By seeds: bugs of which their plans show nothing. The one widget that got no event is deleted before silence counts. */
const unseen: { readonly [seed: number]: readonly string[] } = { 2: ["event-names-the-widget-before"] };

describe.each(seedsOf({ verify: 2, full: 5 }).slice(1))("seed %i", (seed) => {
  const seen = mutants.filter(({ id }) => !unseen[seed]?.includes(id));
  test.each(seen)("$rule: $says ($id)", async (mutant) => {
    const { named, unexpected } = await rulesNamedOn(mutant, { seed });
    expect(named).toContain(mutant.rule);
    expect(unexpected).toEqual([]);
  });
});
