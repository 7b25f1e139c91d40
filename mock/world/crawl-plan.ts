/** What a crawl of a site comes to, by the site's host. */
export interface CrawlPlan {
  /** How the first crawl ends, and how every later one does. */
  readonly first: CrawlOutcome;
  readonly later: CrawlOutcome;
  /** How many times as long as others it takes; Infinity never ends by itself. */
  readonly slowness: number;
}

/** How a crawl ends; `pages` is left out where the host decides. */
export type CrawlOutcome =
  | { readonly succeeds: true; readonly pages?: number }
  | { readonly succeeds: false; readonly code: string; readonly message: string };

const fine: CrawlOutcome = { succeeds: true };
const unreachable: CrawlOutcome = { succeeds: false, code: "site_unreachable", message: "The site did not answer." };
const unknownHost: CrawlOutcome = {
  succeeds: false,
  code: "host_not_found",
  message: "The site's host name could not be found.",
};
const ordinary: CrawlPlan = { first: fine, later: fine, slowness: 1 };

/**
 * The magic hosts: whatever stands before these last labels of a host, they choose the fate of its crawls. All of them
 * are reserved (RFC 2606, RFC 6761), so that none is anybody's site.
 */
export const magicHosts: { readonly [lastLabels: string]: CrawlPlan & { readonly says: string } } = {
  "fail.test": { ...ordinary, first: unreachable, later: unreachable, says: "every crawl fails" },
  "slow.test": { ...ordinary, slowness: 10, says: "a crawl takes ten times as long" },
  "hang.test": { ...ordinary, slowness: Number.POSITIVE_INFINITY, says: "a crawl never ends by itself" },
  "empty.test": {
    ...ordinary,
    first: { succeeds: true, pages: 0 },
    later: { succeeds: true, pages: 0 },
    says: "a crawl succeeds and finds no page",
  },
  "recrawl-fail.test": { ...ordinary, later: unreachable, says: "the first crawl succeeds, every later one fails" },
  invalid: { ...ordinary, first: unknownHost, later: unknownHost, says: "every crawl fails: no such host" },
};

/** The fate of a site's crawls. */
export function crawlPlanOf(host: string): CrawlPlan {
  const labels = host.toLowerCase().replace(/\.$/, "").split(".");
  const magic = magicHosts[labels.slice(-2).join(".")] ?? magicHosts[labels.at(-1) ?? ""];
  return magic ?? ordinary;
}

/**
 * The host of a site's address, as a browser would spell it, without the port.
 * @returns undefined where there is none.
 */
export function siteHostOf(siteUrl: string): string | undefined {
  try {
    return new URL(siteUrl).hostname || undefined;
  } catch {
    return undefined;
  }
}
