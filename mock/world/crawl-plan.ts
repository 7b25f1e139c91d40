/** The outcome and the duration of a site's crawls. */
export interface CrawlPlan {
  /** Outcome of the first crawl. */
  readonly first: CrawlOutcome;
  /** Outcome of every later crawl. */
  readonly later: CrawlOutcome;
  /** Factor on the usual duration; a crawl with Infinity never ends by itself. */
  readonly slowness: number;
}

/** The end of a crawl. Without `pages`, their number is derived from the host. */
export type CrawlOutcome =
  | { readonly succeeds: true; readonly pages?: number }
  | { readonly succeeds: false; readonly code: string; readonly message: string };

const succeeded: CrawlOutcome = { succeeds: true };
/** The outcome of a crawl whose site does not answer. */
export const unreachable: CrawlOutcome = {
  succeeds: false,
  code: "site_unreachable",
  message: "The site did not answer.",
};
const unknownHost: CrawlOutcome = {
  succeeds: false,
  code: "host_not_found",
  message: "The site's host name could not be found.",
};
const usualPlan: CrawlPlan = { first: succeeded, later: succeeded, slowness: 1 };

/**
 * Magic hosts: the last labels of a site's host select the outcome of its crawls; any prefix works. All of them are
 * reserved (RFC 2606, RFC 6761), so none can be a real site.
 */
export const magicHosts: { readonly [lastLabels: string]: CrawlPlan & { readonly description: string } } = {
  "fail.test": { ...usualPlan, first: unreachable, later: unreachable, description: "every crawl fails" },
  "slow.test": { ...usualPlan, slowness: 10, description: "a crawl takes ten times as long" },
  "hang.test": { ...usualPlan, slowness: Number.POSITIVE_INFINITY, description: "a crawl never ends by itself" },
  "empty.test": {
    ...usualPlan,
    first: { succeeds: true, pages: 0 },
    later: { succeeds: true, pages: 0 },
    description: "a crawl succeeds and finds no page",
  },
  "recrawl-fail.test": {
    ...usualPlan,
    later: unreachable,
    description: "the first crawl succeeds, every later one fails",
  },
  invalid: { ...usualPlan, first: unknownHost, later: unknownHost, description: "every crawl fails: no such host" },
};

/** Nearly every host has another end than the magic ones. */
const reservedNames = [...new Set(Object.keys(magicHosts).map((labels) => labels.split(".").at(-1)))];
const reservedName = new RegExp(`(?:^|\\.)(?:${reservedNames.join("|")})\\.?$`, "i");

/** The crawl plan of a host: that of a magic host, or the usual one. */
export function crawlPlanOf(host: string): CrawlPlan {
  if (!reservedName.test(host)) return usualPlan;
  const labels = host.toLowerCase().replace(/\.$/, "").split(".");
  const magic = magicHosts[labels.slice(-2).join(".")] ?? magicHosts[labels.at(-1) ?? ""];
  return magic ?? usualPlan;
}

/**
 * URLs whose host is the same after `new URL` has normalized it: lower case, none of its labels international, and the last
 * one no number.
 */
const plainUrl = /^https?:\/\/(?!(?:[^/]*\.)?xn--)((?:[a-z0-9][a-z0-9-]*\.)*[a-z][a-z0-9-]*)\/?$/;

/**
 * The host of a URL without the port, normalized as by a browser.
 * @returns undefined if there is none
 */
export function siteHostOf(siteUrl: string): string | undefined {
  // A create spends more time in `new URL` than in anything else of its own.
  const plain = plainUrl.exec(siteUrl)?.[1];
  if (plain !== undefined) return plain;
  try {
    return new URL(siteUrl).hostname || undefined;
  } catch {
    return undefined;
  }
}
