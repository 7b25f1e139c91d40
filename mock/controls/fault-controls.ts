import type { Lifecycle } from "../../spec/document.ts";
import { boundReached } from "../bounds.ts";
import type { Engine } from "../engine.ts";
import type { FaultOptions, Faults } from "../faults/faults.ts";
import { Refusal } from "../refusal.ts";
import type { Controls } from "./control-types.ts";
import { invalidInput, unknownInput } from "./invalid-input.ts";
import type { Scope } from "./scope.ts";

/** Controls of injected failures. */
export const faultControls: Controls<"listFaults" | "addFault" | "clearFaults" | "removeFault"> = {
  listFaults: ({ scope }) => ({ faults: faultsIn(scope).list() }),

  addFault({ scope, input }) {
    checkFault(scope.engine, input);
    const { bounds } = scope.engine;
    const faults = faultsIn(scope);
    if (faults.size >= bounds.maxFaults) throw boundReached("maxFaults", bounds);
    return faults.add(input);
  },

  clearFaults({ scope }) {
    faultsIn(scope).clear();
    return { faults: [] };
  },

  removeFault({ scope, input: { fault_id: id } }) {
    const fault = faultsIn(scope).remove(id);
    if (!fault) throw new Refusal("no_fault", { values: { id } });
    return fault;
  },
};

/** The faults of one world, or those that apply to every world. */
function faultsIn({ engine, organization }: Scope): Faults {
  return organization === undefined ? engine.worlds.faults : engine.worlds.worldOf(organization).faults;
}

/** @throws Refusal for a fault of an unknown operation, and for a combination that makes no sense */
export function checkFault({ operations, dialect }: Engine, fault: FaultOptions): void {
  const { operation, crawl } = fault;
  const known = [...operations.keys()];
  if (operation !== undefined && !known.includes(operation)) throw unknownInput("operation", operation, known);
  checkCombination(fault);
  const crawling = startingCrawls(dialect.document["x-lifecycle"]);
  if (crawl !== undefined && operation !== undefined && !crawling.includes(operation)) {
    throw invalidInput(
      "crawl",
      `a failed crawl needs an operation that starts one, ${crawling.join(" or ")}, got ${operation}`,
    );
  }
}

/** The operations that may begin a crawl. */
function startingCrawls({ states, operations }: Lifecycle): readonly string[] {
  const isCrawling = (state: string) => states[state]?.crawling ?? false;
  return Object.entries(operations)
    .filter(([, cells]) =>
      Object.entries(cells).some(([from, { to }]) => to !== undefined && isCrawling(to) && !isCrawling(from)),
    )
    .map(([operation]) => operation);
}

function checkCombination(fault: FaultOptions): void {
  const { status, latencyMs, connection, carriedOut, rateLimit, crawl, staleSeconds, retryAfterSeconds } = fault;
  const kinds = [status, latencyMs, connection, crawl, staleSeconds];
  if ([...kinds, rateLimit].every((part) => part === undefined)) {
    throw invalidInput(
      "",
      "a fault needs a status, latencyMs, connection, crawl, staleSeconds or rateLimit; this one would do nothing",
    );
  }
  if (rateLimit && [...kinds, carriedOut].some((part) => part !== undefined)) {
    throw invalidInput("rateLimit", "a rateLimit cannot be combined with another fault; add two faults");
  }
  if (retryAfterSeconds !== undefined && status === undefined) {
    throw invalidInput("retryAfterSeconds", "retryAfterSeconds needs the status of the response that has it");
  }
  if (typeof latencyMs === "object" && latencyMs.min > latencyMs.max) {
    throw invalidInput(
      "latencyMs",
      `latencyMs.min must be at most latencyMs.max, got ${latencyMs.min} and ${latencyMs.max}`,
    );
  }
}
