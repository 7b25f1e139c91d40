/** Numbers by the names of quotas. */
export function readQuotas(given: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    given.map((text) => {
      const [name = "", limit] = text.split("=");
      return [name, Number(limit)];
    }),
  );
}
