import { isJsonObject } from "../../spec/merge-patch.ts";
import type { Observation } from "../history/observation.ts";
import { oncePer } from "../history/once.ts";
import type { RuleContext } from "./rule-entry.ts";
import { shownBefore } from "./visits.ts";

/** What an adapter showed of a widget's first crawl. */
export interface CrawlShown {
  /** Pages were there when it was first seen active; or only later; or never. */
  readonly what: "crawled" | "early" | "none";
  /** How many pages were there in the end. */
  readonly pages: number;
  readonly calls: readonly number[];
  readonly script: string;
}

/** What was crawled of each widget when it was first seen active, and some time later. */
export const crawlsShown = oncePer((context: RuleContext): CrawlShown[] => {
  const { observations, exchanges } = context.history;
  return observations
    .filter((one) => one.when === "arrived" || isActiveDraft(one, context))
    .flatMap((arrived): CrawlShown[] => {
      const { widget, came } = arrived;
      const later = observations.filter(
        (one) => one.widget === widget && one.came > came && pagesIn(one) !== undefined,
      );
      const settled = later.find(
        (one) => one.when === "settled" || (arrived.when === "updated" && Number(pagesIn(one)) > 0),
      );
      const [first, last] = [pagesIn(arrived), settled && pagesIn(settled)];
      const creates = exchanges.filter((one) => one.operation === "createWidget" && one.widget === widget);
      const shared = { calls: creates.map(({ n }) => n), script: widget };
      if (first !== undefined && first > 0) return [{ what: "crawled", pages: first, ...shared }];
      if (first === undefined || last === undefined) return [];
      return [{ what: last > 0 ? "early" : "none", pages: last, ...shared }];
    });
});

/** Whether a look at what was crawled came when a get had shown as active what was just updated as a draft. */
function isActiveDraft(one: Observation, context: RuleContext): boolean {
  const isUpdated = one.when === "updated" && one.member === "remains";
  return isUpdated && shownBefore(one, context)?.["status"] === context.model.life.active;
}

function pagesIn({ result }: Observation): number | undefined {
  const pages = isJsonObject(result) ? Number(result["pages"]) : Number.NaN;
  return Number.isNaN(pages) ? undefined : pages;
}
