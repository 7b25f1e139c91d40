import type { History } from "./history.ts";

/** A history without what was done to see assumed rules: what is left is what documented rules are judged by. */
export function withoutProbes(history: History): History {
  return { ...history, exchanges: history.exchanges.filter(({ probe }) => probe === undefined) };
}
