import { isJsonObject } from "../../spec/merge-patch.ts";
import type { Observation } from "../history/observation.ts";
import { oncePer } from "../history/once.ts";
import type { RuleContext } from "./rule-entry.ts";

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
export const crawlsShown = oncePer(({ history }: RuleContext): CrawlShown[] => {
  const { observations, exchanges } = history;
  return observations
    .filter((one) => one.when === "arrived")
    .flatMap((arrived): CrawlShown[] => {
      const { widget } = arrived;
      const settled = observations.find((one) => one.widget === widget && one.when === "settled");
      const [first, last] = [pagesIn(arrived), settled && pagesIn(settled)];
      const creates = exchanges.filter((one) => one.operation === "createWidget" && one.widget === widget);
      const shared = { calls: creates.map(({ n }) => n), script: widget };
      if (first !== undefined && first > 0) return [{ what: "crawled", pages: first, ...shared }];
      if (first === undefined || last === undefined) return [];
      return [{ what: last > 0 ? "early" : "none", pages: last, ...shared }];
    });
});

function pagesIn({ result }: Observation): number | undefined {
  const pages = isJsonObject(result) ? Number(result["pages"]) : Number.NaN;
  return Number.isNaN(pages) ? undefined : pages;
}
