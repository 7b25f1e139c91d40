import type { WidgetsClient } from "./client.ts";
import { poll, type Sleep } from "./poll.ts";
import { readWidget } from "./read-widget.ts";

/** How the wait for a new widget ended. */
export type FirstCrawl =
  | { readonly ended: "active" }
  | { readonly ended: "failed"; readonly reason: string }
  | { readonly ended: "deadline"; readonly reason: string };

/** No duration of a first crawl is published. A recrawl typically takes up to a minute, so ten are generous. */
const deadlineMs = 10 * 60_000;

/**
 * Polls a new widget until it is active, or until there is nothing to wait for.
 *
 * The page describes no way in which the first crawl fails: a loop that waits for `active` alone never ends for a site
 * that cannot be crawled. `last_crawl` is not published; where it is there it saves the wait, where it is not only the
 * deadline helps. Any other status is waited out, since a service may have more of them than the page names.
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
