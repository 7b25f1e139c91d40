import { requireSuccess } from "./api-error.ts";
import type { Widget, WidgetsClient } from "./client.ts";

const maxWalks = 3;

/**
 * Lists every widget of the organization, `limit` to a page.
 *
 * A cursor may become invalid when the widget that it points at is deleted; then the walk starts again.
 */
export async function everyWidget(client: WidgetsClient, limit = 20): Promise<readonly Widget[]> {
  for (let walk = 1; walk <= maxWalks; walk += 1) {
    const widgets = await walkPages(client, limit);
    if (widgets) return widgets;
  }
  throw new Error(`The list of widgets changed during each of ${maxWalks} walks through it.`);
}

/** Walks from the first page to the last; returns undefined when a cursor is rejected on the way. */
async function walkPages(client: WidgetsClient, limit: number): Promise<readonly Widget[] | undefined> {
  // By id, because a widget may move to a later page while others create and delete.
  const widgets = new Map<string, Widget>();
  const followed = new Set<string>();
  for (let cursor: string | undefined; ; ) {
    const query = cursor === undefined ? { limit } : { limit, cursor };
    const result = await client.GET("/api/v1/widgets", { params: { query } });
    if (cursor !== undefined && rejectsCursor(result.response.status)) return undefined;

    const page = requireSuccess("Listing the widgets", result);
    // The members of a page are an assumption. If they have other names, fail instead of finding nothing.
    if (!Array.isArray(page?.data)) throw new Error("Listing the widgets returned no page with the member data.");
    for (const widget of page.data) widgets.set(widget.id, widget);

    // Only a missing cursor ends the walk: a page may be short, or empty, with more to come.
    cursor = page.next_cursor || undefined;
    if (cursor === undefined) return [...widgets.values()];
    if (followed.has(cursor)) throw new Error("The next page is a page that was already read.");
    followed.add(cursor);
  }
}

function rejectsCursor(status: number): boolean {
  return [400, 404, 409, 410, 422].includes(status);
}
