import type { Met } from "./met.ts";
import type { StruckOperations } from "./report/rehearsal-report.ts";
import type { Variation } from "./variations/variation.ts";

/**
 * Finds the operations that trouble breaks a client by, of those that it strikes: each is struck alone.
 * @param breaksBy whether it breaks the client if it strikes these alone
 * @returns undefined for a variation that strikes no more than one
 */
export async function strikeEach(
  { struck }: Pick<Variation, "struck">,
  met: Met,
  breaksBy: (operations: readonly string[]) => Promise<boolean>,
): Promise<StruckOperations | undefined> {
  const operations = struck?.(met) ?? [];
  if (operations.length < 2) return undefined;
  const breaking: string[] = [];
  for (const one of operations) if (await breaksBy([one])) breaking.push(one);
  return { breaking, survived: operations.filter((one) => !breaking.includes(one)) };
}
