import { groupOf } from "../report/report.ts";

/** One subject for each group of rules: those that `npm test` tries, where `npm run verify` tries all. */
export function sampleOf<T extends { readonly rule: string }>(subjects: readonly T[]): T[] {
  const byGroup = new Map(subjects.toReversed().map((subject) => [groupOf(subject.rule), subject]));
  return [...byGroup.values()].toReversed();
}
