import { type KnownEntry, readKnownEntries } from "../spec/text/known-entries.ts";
import type { Variation } from "./variations/variation.ts";

/** Accepted dependencies by the name of a variation or of its rule: the content of a file for `--known`. */
export type KnownDependencies = Readonly<Record<string, KnownEntry>>;

/** A dependency that is accepted, or was until it expired. */
export interface AcceptedDependency extends KnownEntry {
  readonly isExpired: boolean;
}

/**
 * Reads accepted dependencies: a JSON object from variations or rules to `{"reason": "…", "expires": "2027-01-15"}`.
 * @throws RangeError that says what is wrong
 */
export function readKnownDependencies(text: string, variations: readonly Variation[]): KnownDependencies {
  const names = [...new Set(variations.flatMap(({ id, rule }) => [id, rule]))];
  return readKnownEntries(text, { kind: "variation", names });
}

/** The acceptance of a variation on a day. */
export function acceptedDependency(
  known: KnownDependencies,
  { id, rule }: Pick<Variation, "id" | "rule">,
  today: Date,
): AcceptedDependency | undefined {
  const entry = known[id] ?? known[rule];
  return entry && { ...entry, isExpired: today.toISOString().slice(0, 10) > entry.expires };
}
