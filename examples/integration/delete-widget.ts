import type { WidgetsClient } from "./client.ts";
import { poll, type Sleep } from "./poll.ts";
import { accepted } from "./refused-error.ts";

/** A delete that takes its time in the background should be done by then. */
const deadlineMs = 60_000;

/** Deletes a widget for good, and makes sure that it is not found any more. */
export async function deleteWidget(client: WidgetsClient, sleep: Sleep, id: string): Promise<void> {
  const params = { path: { id } };
  accepted(`Deleting the widget ${id}`, await client.DELETE("/api/v1/widgets/{id}", { params }));
  const gone = await poll(sleep, deadlineMs, async () => {
    const result = await client.GET("/api/v1/widgets/{id}", { params });
    if (isGone(result.response.status)) return true;
    accepted(`Looking for the deleted widget ${id}`, result);
    return undefined;
  });
  if (!gone) throw new Error(`The widget ${id} is still found ${deadlineMs / 1_000} s after its delete was accepted.`);
}

/** How a service says that there is no such widget is not published; these are the usual ways. */
function isGone(status: number): boolean {
  return [403, 404, 410].includes(status);
}
