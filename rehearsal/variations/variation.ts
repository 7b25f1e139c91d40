import type { RuleId } from "../../spec/generated/rules.ts";
import type { JsonObject } from "../../spec/merge-patch.ts";
import type { Met } from "../met.ts";
import type { LoggedRequest, RunLog } from "../run/run-log.ts";

/** The kinds of variations: another choice of an assumption, an honest surprise, trouble that real life brings. */
export const variationKinds = ["assumption", "surprise", "trouble"] as const;
export type VariationKind = (typeof variationKinds)[number];

/** A fault that the mock is to inject from its start, in the words of its control plane. */
export interface FaultSetup {
  readonly operation?: string;
  readonly status?: number;
  readonly retryAfterSeconds?: number;
  readonly latencyMs?: number;
  readonly connection?: "reset" | "truncate";
  readonly carriedOut?: boolean;
  readonly crawl?: "failed";
  readonly staleSeconds?: number;
  readonly calls?: number;
}

/** How the mock delivers webhooks, in the words of its control plane. */
export interface DeliverySetup {
  readonly duplicate?: boolean;
  readonly delaySeconds?: number;
  readonly reorder?: boolean;
  readonly reorderSeconds?: number;
  readonly respell?: boolean;
}

/** What is different about a mock: nothing in the baseline. */
export interface MockSetup {
  /** Choices by assumed rule. */
  readonly dialect?: JsonObject;
  /** A JSON Merge Patch for the document. */
  readonly document?: JsonObject;
  readonly faults?: readonly FaultSetup[];
  readonly deliveryFaults?: DeliverySetup;
  /** Duration of a crawl, as the mock's option `crawl` takes it. */
  readonly crawl?: string;
}

/** What a run shows beside how its command ended. */
export interface RunJudgement {
  readonly verdict: "survives" | "breaks";
  /** The reason, as a sentence without a full stop. */
  readonly reason: string;
  /** The request after which it went wrong, where the judge knows. */
  readonly after?: LoggedRequest;
}

/** One difference of a world, which breaks no documented rule. */
export interface Variation {
  /** Its name for `--only`, `--skip` and `--known`: `A-LIST-3=oldest`, `lost-answer`. */
  readonly id: string;
  readonly kind: VariationKind | "pair";
  /** What only one of the variations that are tried at once can change, such as the size of pages. */
  readonly excludes?: string;
  /** The rule that a client relies on if it breaks. */
  readonly rule: RuleId;
  /** What is different, as a sentence without a full stop. */
  readonly difference: string;
  /** The reason that it cannot matter to a client that met this; undefined if it can. */
  readonly notApplicable: (met: Met) => string | undefined;
  /** @param operations of those that are `struck`, all by default */
  readonly setup: (met: Met, operations?: readonly string[]) => MockSetup;
  /** The operations that it strikes, where one run can strike several: each is tried alone to name what breaks. */
  readonly struck?: (met: Met) => readonly string[];
  /** What the mock saw, where that says more than whether the tests passed. */
  readonly judge?: (run: JudgedRun) => RunJudgement | undefined;
}

/** A run, and the one that it is compared with. */
export interface JudgedRun {
  readonly passed: boolean;
  readonly log: RunLog;
  readonly baseline: RunLog;
}

/** Both of two setups. */
export function mergeSetups(one: MockSetup, other: MockSetup): MockSetup {
  const crawl = other.crawl ?? one.crawl;
  return {
    dialect: { ...one.dialect, ...other.dialect },
    document: { ...one.document, ...other.document },
    faults: [...(one.faults ?? []), ...(other.faults ?? [])],
    deliveryFaults: { ...one.deliveryFaults, ...other.deliveryFaults },
    ...(crawl === undefined ? {} : { crawl }),
  };
}
