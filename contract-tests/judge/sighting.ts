import type { RuleId } from "../../spec/generated/rules.ts";
import type { Finding } from "./finding.ts";

/** A rule that was seen kept or broken. */
export interface Sighting {
  readonly rule: RuleId;
  /** What is wrong; undefined where it is kept. */
  readonly says: string | undefined;
  /** The calls that show it, by their numbers. */
  readonly calls?: readonly number[];
  readonly script?: string;
}

/** The breaches among what was seen. */
export function breaches(sightings: readonly Sighting[]): Finding[] {
  return sightings.flatMap(({ rule, says, calls = [], script }): Finding[] =>
    says === undefined ? [] : [{ rule, level: "fail", says, calls, ...(script === undefined ? {} : { script }) }],
  );
}
