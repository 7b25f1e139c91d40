import type { Widget, WidgetsClient } from "./client.ts";
import { poll, type Sleep } from "./poll.ts";
import { readWidget } from "./read-widget.ts";
import { accepted } from "./refused-error.ts";

/** What is known of a recrawl afterwards. `unseen`: time enough has passed, and nothing tells how it went. */
export type Recrawl = "succeeded" | "failed" | "unseen";

/** What the page calls typical, at most. */
const typicalMs = 60_000;
const deadlineMs = 10 * 60_000;

/**
 * Crawls the site again and waits until visitors should get the new content. No outcome is an emergency: the widget
 * stays active with the index it had.
 */
export async function recrawlWidget(client: WidgetsClient, sleep: Sleep, id: string): Promise<Recrawl> {
  const { last_crawl: before } = await readWidget(client, id);
  accepted(
    `Recrawling the widget ${id}`,
    await client.POST("/api/v1/widgets/{id}/recrawl", { params: { path: { id } } }),
  );
  // The end of a recrawl shows in no published member; without `last_crawl` there is only the usual time to go by.
  if (!before) {
    await sleep(typicalMs);
    return "unseen";
  }
  const end = await poll(sleep, deadlineMs, async () => endOfCrawl(await readWidget(client, id), before));
  return end ?? "unseen";
}

/** How the newest crawl ended, undefined while it runs or while the read still shows the one before. */
function endOfCrawl({ last_crawl: crawl }: Widget, before: Crawl): "succeeded" | "failed" | undefined {
  if (!crawl || crawl.status === "running") return undefined;
  const isTheOneBefore = crawl.trigger === before.trigger && crawl.finished_at === before.finished_at;
  return isTheOneBefore ? undefined : crawl.status;
}

type Crawl = NonNullable<Widget["last_crawl"]>;
