import { requireSuccess } from "./api-error.ts";
import type { Widget, WidgetsClient } from "./client.ts";
import { poll, type Sleep } from "./poll.ts";
import { readWidget } from "./read-widget.ts";

/** What is known of a recrawl afterwards. `unknown`: enough time has passed, and nothing shows how it ended. */
export type Recrawl = "succeeded" | "failed" | "unknown";

/** The upper end of what the documentation calls typical. */
const typicalMs = 60_000;
const deadlineMs = 10 * 60_000;

/**
 * Crawls the site again and waits until visitors should get the new content. If it fails, the widget stays active with
 * the index that it had.
 */
export async function recrawlWidget(client: WidgetsClient, sleep: Sleep, id: string): Promise<Recrawl> {
  const { last_crawl: before } = await readWidget(client, id);
  requireSuccess(
    `Recrawling the widget ${id}`,
    await client.POST("/api/v1/widgets/{id}/recrawl", { params: { path: { id } } }),
  );
  // No documented member shows the end of a recrawl; without `last_crawl` there is only the usual time to wait.
  if (!before) {
    await sleep(typicalMs);
    return "unknown";
  }
  const end = await poll(sleep, deadlineMs, async () => endOfCrawl(await readWidget(client, id), before));
  return end ?? "unknown";
}

/** How the newest crawl ended; undefined while it runs, or while the read still shows the one before. */
function endOfCrawl({ last_crawl: crawl }: Widget, before: Crawl): "succeeded" | "failed" | undefined {
  if (!crawl || crawl.status === "running") return undefined;
  const isPrevious = crawl.trigger === before.trigger && crawl.finished_at === before.finished_at;
  return isPrevious ? undefined : crawl.status;
}

type Crawl = NonNullable<Widget["last_crawl"]>;
