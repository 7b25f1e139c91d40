import { isJsonObject } from "../../spec/merge-patch.ts";
import type { History } from "../history/history.ts";
import type { Observation } from "../history/observation.ts";
import type { Sighting } from "./sighting.ts";

/** CREATE-5 and LIFE-2: what was crawled of each widget when it was first seen active, and some time later. */
export function crawlSightings(history: History): Sighting[] {
  const pages = ({ result }: Observation) => (isJsonObject(result) ? Number(result["pages"]) : Number.NaN);
  return history.observations
    .filter((one) => one.when === "arrived" && !Number.isNaN(pages(one)))
    .flatMap((arrived): Sighting[] => {
      const { widget } = arrived;
      if (pages(arrived) > 0)
        return [
          { rule: "CREATE-5", says: undefined },
          { rule: "LIFE-2", says: undefined },
        ];
      const settled = history.observations.find((one) => one.widget === widget && one.when === "settled");
      if (!settled || Number.isNaN(pages(settled))) return [];
      const none = "The widget is active, and no page of its site has been crawled.";
      const early = `The widget was active before its first crawl had ended: no page was crawled, and ${pages(settled)} were later.`;
      const calls = history.exchanges
        .filter((one) => one.operation === "createWidget" && one.widget === widget)
        .map(({ n }) => n);
      const shared = { calls, script: widget };
      return [
        pages(settled) > 0 ? { rule: "LIFE-2", says: early, ...shared } : { rule: "CREATE-5", says: none, ...shared },
      ];
    });
}
