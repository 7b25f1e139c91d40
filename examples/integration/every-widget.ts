import type { Widget, WidgetsClient } from "./client.ts";
import { accepted } from "./refused-error.ts";

const walks = 3;

/**
 * Collects every widget of the organization, `limit` to a page. Without a limit the page may or may not hold them all,
 * so the first page is never taken for the whole list.
 *
 * A cursor may stop working when the widget that it points at is deleted; then the walk begins anew.
 */
export async function everyWidget(client: WidgetsClient, limit = 20): Promise<readonly Widget[]> {
  for (let walk = 1; walk <= walks; walk += 1) {
    const widgets = await walkPages(client, limit);
    if (widgets) return widgets;
  }
  throw new Error(`The list of widgets changed during each of ${walks} walks through it.`);
}

/** One walk from the first page to the last; undefined when a cursor was refused on the way. */
async function walkPages(client: WidgetsClient, limit: number): Promise<readonly Widget[] | undefined> {
  // By id: while others create and delete, a widget may move to a page that is still to come.
  const widgets = new Map<string, Widget>();
  const followed = new Set<string>();
  for (let cursor: string | undefined; ; ) {
    const query = cursor === undefined ? { limit } : { limit, cursor };
    const result = await client.GET("/api/v1/widgets", { params: { query } });
    if (cursor !== undefined && refusesCursor(result.response.status)) return undefined;

    const page = accepted("Listing the widgets", result);
    // The members of a page are assumed. Where they are called something else, this says so instead of finding nothing.
    if (!Array.isArray(page?.data)) throw new Error("Listing the widgets gave no page with the member data.");
    for (const widget of page.data) widgets.set(widget.id, widget);

    // Only a missing cursor ends the walk: a page may be short, or empty, with more to come.
    cursor = page.next_cursor || undefined;
    if (cursor === undefined) return [...widgets.values()];
    if (followed.has(cursor)) throw new Error("Listing the widgets leads back to a page that was already read.");
    followed.add(cursor);
  }
}

function refusesCursor(status: number): boolean {
  return [400, 404, 409, 410, 422].includes(status);
}
