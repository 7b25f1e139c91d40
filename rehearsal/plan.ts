import { nearestOf, numberedLike } from "../spec/nearest.ts";
import type { Met } from "./met.ts";
import { type Variation, variationKinds } from "./variations/variation.ts";

/** Which variations to run: names of variations, of their rules, or of a kind in the plural, such as `surprises`. */
export interface Selection {
  readonly only?: readonly string[] | undefined;
  readonly skip?: readonly string[] | undefined;
}

/** A variation, and the reason that it is not run, if there is one. */
export interface PlannedVariation {
  readonly variation: Variation;
  readonly notApplicable: string | undefined;
}

/** The names that select a variation. */
export function namesOf({ id, rule, kind }: Variation): readonly string[] {
  return [id, rule, `${kind}s`];
}

/**
 * The variations that are selected.
 * @throws RangeError for a name that selects none, with the nearest one
 */
export function selectVariations(all: readonly Variation[], { only, skip = [] }: Selection): readonly Variation[] {
  const known = [...new Set([...variationKinds.map((kind) => `${kind}s`), ...all.flatMap(namesOf)])];
  for (const name of [...(only ?? []), ...skip]) {
    if (known.includes(name)) continue;
    const parts = name.split(/[,\s]+/).filter((part) => part !== "");
    if (parts.length > 1 && parts.every((part) => known.includes(part))) {
      throw new RangeError(`unknown variation "${name}": give each name alone, ${parts.join(" and ")}`);
    }
    const nearest = nearestOf(name, known);
    const alike = numberedLike(name, known);
    const others = alike.length > 0 ? `must be one of ${alike.join(", ")}` : `known are ${known.join(", ")}`;
    const advice = nearest === undefined ? `; ${others}` : `, did you mean "${nearest}"?`;
    throw new RangeError(`unknown variation "${name}"${advice}`);
  }
  const isNamed = (variation: Variation, names: readonly string[]) =>
    namesOf(variation).some((name) => names.includes(name));
  return all.filter((variation) => (only === undefined || isNamed(variation, only)) && !isNamed(variation, skip));
}

/** The plan for a client whose tests met this in the baseline. */
export function planVariations(selected: readonly Variation[], met: Met): readonly PlannedVariation[] {
  return selected.map((variation) => ({ variation, notApplicable: variation.notApplicable(met) }));
}
