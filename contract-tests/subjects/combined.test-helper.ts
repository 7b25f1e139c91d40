import fc from "fast-check";
import type { MockOptions } from "../../mock/index.ts";
import { isJsonObject, type Json, type JsonObject, mergePatch } from "../../spec/merge-patch.ts";
import { defined } from "../defined.ts";
import { builder, type Difference, type Differing } from "./build.test-helper.ts";
import { stacked } from "./layer.test-helper.ts";
import type { Variant } from "./subject.test-helper.ts";
import { choiceVariants } from "./variants/choices.test-helper.ts";
import { contentVariants } from "./variants/contents.test-helper.ts";
import { eventVariants } from "./variants/events.test-helper.ts";
import { listVariants } from "./variants/lists.test-helper.ts";
import { recrawlVariants } from "./variants/recrawls.test-helper.ts";
import { refusalVariants } from "./variants/refusals.test-helper.ts";
import { replyVariants } from "./variants/replies.test-helper.ts";
import { timeVariants } from "./variants/times.test-helper.ts";
import { troubleVariants } from "./variants/trouble.test-helper.ts";

/** Kinds of variants by where they stand, outermost first: what changes pages meets those of the mock. */
const kinds: readonly (readonly (Variant & Differing)[])[] = [
  troubleVariants,
  replyVariants,
  listVariants,
  refusalVariants,
  contentVariants,
  timeVariants,
  recrawlVariants,
  eventVariants,
  choiceVariants,
];

const byId = new Map(kinds.flat().map((variant) => [variant.id, variant]));

/** The ids of a few variants, outermost first: one of a kind at most, and no assumed rule answered in two ways. */
export const fewVariants: fc.Arbitrary<readonly string[]> = fc
  .tuple(...kinds.map((kind) => fc.option(fc.constantFrom(...kind.map(({ id }) => id)), { nil: undefined, freq: 1 })))
  .map((chosen) => chosen.filter((id) => id !== undefined))
  .filter((chosen) => {
    const rules = chosen.flatMap((id) => byId.get(id)?.rules ?? []);
    return new Set(rules).size === rules.length;
  });

/**
 * Several variants as one.
 * @param ids outermost first
 * @param options what the mock is made with where none of them says otherwise
 */
export function combined(ids: readonly string[], options: MockOptions = {}): Variant {
  const some = ids.flatMap((id) => byId.get(id) ?? []);
  return {
    id: ids.join(" + "),
    rules: some.flatMap(({ rules }) => rules),
    says: some.map(({ says }) => says).join(" "),
    mayWarn: some.flatMap(({ mayWarn }) => mayWarn),
    told: Object.assign({}, ...some.map(({ told }) => told)),
    ...defined({ authorize: some.find(({ authorize }) => authorize)?.authorize }),
    build: builder(joined([{ options }, ...some.map(({ difference }) => difference)])),
  };
}

function joined(differences: readonly Difference[]): Difference {
  const layers = differences.flatMap(({ layer }) => layer ?? []);
  const dialects = differences.flatMap(({ options }) => options?.dialect ?? []);
  const [named] = dialects.filter((one) => typeof one === "string");
  const chosen = Object.assign({}, ...dialects.filter((one) => isJsonObject(one as Json)));
  const changes = differences.flatMap(({ document }) => document ?? []);
  return {
    document: changes.reduce<JsonObject>((all, one) => mergePatch(all, one) as JsonObject, {}),
    layer: stacked(...layers),
    options: {
      ...Object.assign({}, ...differences.map(({ options }) => options)),
      ...(dialects.length > 0 ? { dialect: named ?? chosen } : {}),
    },
    prepare: (mock) => {
      for (const { prepare } of differences) prepare?.(mock);
    },
    delivery: (memory) => {
      const hops = differences.flatMap(({ deliver, delivery }) => delivery?.(memory) ?? deliver ?? []);
      return (event) => hops.reduce<typeof event | undefined>((passed, hop) => passed && hop(passed), event);
    },
  };
}
