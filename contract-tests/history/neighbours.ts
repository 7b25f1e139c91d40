import { type Exchange, isWrite, outcomeOf } from "./exchange.ts";
import type { History } from "./history.ts";
import { oncePer } from "./once.ts";

/** The sites of widgets, by the run's own names. */
const sitesOf = oncePer(
  ({ exchanges }: History) =>
    new Map(
      exchanges
        .filter(({ operation }) => operation === "createWidget")
        .map(({ widget, request }) => [widget, request.body?.["site_url"]]),
    ),
);

/** Whether two widgets, by the run's own names, were created for the same site. */
export function areOfOneSite(one: string | undefined, other: string | undefined, history: History): boolean {
  const sites = sitesOf(history);
  const site = sites.get(one);
  return one === other || (site !== undefined && site === sites.get(other));
}

/** Whether two widgets were created for sites on one host: a service may crawl that once for both. */
export function areOfOneHost(one: string | undefined, other: string | undefined, history: History): boolean {
  const hostOf = (widget: string | undefined) => {
    const site = String(sitesOf(history).get(widget));
    return URL.canParse(site) ? new URL(site).host : site;
  };
  return areOfOneSite(one, other, history) || hostOf(one) === hostOf(other);
}

/**
 * The other scripts that did something to the widget of a script, or to one for the same site, before a call ended: without
 * them it may not be as it was.
 */
export function scriptsBeside(script: string, until: number, history: History): string[] {
  const isBeside = (one: Exchange) =>
    one.origin?.script !== script &&
    one.widget !== undefined &&
    one.operation !== "createWidget" &&
    isWrite(one) &&
    one.began < until &&
    areOfOneSite(one.widget, script, history);
  // A call of others may have an effect though it is refused.
  const calls = history.exchanges.filter(
    (one) => isBeside(one) && (outcomeOf(one) !== "refused" || one.caller !== "own"),
  );
  return [...new Set(calls.map(({ origin, widget = "" }) => origin?.script ?? widget))].filter((id) => id !== script);
}
