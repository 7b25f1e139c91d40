import type { WidgetsClient } from "./client.ts";
import { poll, type Sleep } from "./poll.ts";
import { readWidget } from "./read-widget.ts";

/** How the wait for a new widget ended. */
export type FirstCrawl =
  | { readonly ended: "active" }
  | { readonly ended: "failed"; readonly reason: string }
  | { readonly ended: "deadline"; readonly reason: string };

/** The duration of a first crawl is not documented. A recrawl typically takes up to a minute, so ten are generous. */
const deadlineMs = 10 * 60_000;

/**
 * Polls a new widget until it is active, or until there is nothing to wait for.
 *
 * How a first crawl fails is not documented: a loop that only waits for `active` never ends for a site that cannot be
 * crawled. `last_crawl` is not documented either; where it exists it saves the wait, elsewhere only the deadline helps.
 * It keeps waiting in any other status, because a service may have more of them than the documentation names.
 */
export async function waitUntilActive(client: WidgetsClient, sleep: Sleep, id: string): Promise<FirstCrawl> {
  let status = "unknown";
  const end = await poll<FirstCrawl>(sleep, deadlineMs, async () => {
    const widget = await readWidget(client, id);
    status = widget.status;
    if (status === "active") return { ended: "active" };
    if (widget.last_crawl?.status !== "failed") return undefined;
    return { ended: "failed", reason: widget.last_crawl.error?.message ?? "the crawl failed without saying why" };
  });
  return end ?? { ended: "deadline", reason: `the status is still ${status} after ${deadlineMs / 60_000} minutes` };
}
