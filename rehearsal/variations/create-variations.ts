import type { WidgetsDocument } from "../../spec/document.ts";
import { assumptionVariations } from "./assumptions.ts";
import { surpriseVariations } from "./surprises.ts";
import { troubleVariations } from "./troubles.ts";
import type { Variation } from "./variation.ts";

/** What variations are made from. */
export interface VariationSource {
  readonly document: WidgetsDocument;
  /** Duration of a crawl that is slower than that of the baseline, such as `2s`. */
  readonly slowCrawl: string;
  /** How late an event comes, in seconds of the mock's clock. */
  readonly lateSeconds: number;
  /** How long reads lag, in seconds of the mock's clock. */
  readonly staleSeconds: number;
}

/** All variations: other choices of assumptions first, in the order of the rules, then surprises, then trouble. */
export function createVariations(source: VariationSource): readonly Variation[] {
  return [...assumptionVariations(source.document), ...surpriseVariations(source), ...troubleVariations(source)];
}
