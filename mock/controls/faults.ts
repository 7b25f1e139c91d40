import { didYouMean } from "../../spec/nearest.ts";
import type { FaultOptions, Faults, InjectedFault } from "../faults/faults.ts";
import { checkFit } from "./fit.ts";
import type { Scope } from "./scope.ts";

/** The faults of the scope: one world's own, or those that strike every world. */
export function faultsIn({ engine, organization }: Scope): Faults {
  return organization === undefined ? engine.worlds.faults : engine.worlds.worldOf(organization).faults;
}

/**
 * Lets something go wrong from now on.
 * @throws RangeError that says what is wrong with the fault
 */
export function addFault(scope: Scope, options: FaultOptions): InjectedFault {
  checkFit("addFault", options);
  const { operation, status, latencyMs, connection, rateLimit, carriedOut } = options;
  const operations = [...scope.engine.operations.keys()];
  if (operation !== undefined && !operations.includes(operation)) {
    const near = didYouMean(operation, operations);
    throw new RangeError(`There is no operation "${operation}".${near} (${operations.join(", ")})`);
  }
  if ([status, latencyMs, connection, rateLimit].every((part) => part === undefined)) {
    throw new RangeError("A fault has a status, latencyMs, connection or rateLimit: this one would do nothing.");
  }
  if (rateLimit && [status, latencyMs, connection, carriedOut].some((part) => part !== undefined)) {
    throw new RangeError("A rate limit is a fault of its own. Ask for two.");
  }
  if (typeof latencyMs === "object" && latencyMs.min > latencyMs.max) {
    throw new RangeError("latencyMs: min is more than max.");
  }
  return faultsIn(scope).add(options);
}
