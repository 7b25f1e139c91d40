import { requireSuccess } from "./api-error.ts";
import type { WidgetsClient } from "./client.ts";
import { poll, type Sleep } from "./poll.ts";

/** Long enough for a delete that is carried out in the background. */
const deadlineMs = 60_000;

/** Deletes a widget, and makes sure that it is gone. */
export async function deleteWidget(client: WidgetsClient, sleep: Sleep, id: string): Promise<void> {
  const params = { path: { id } };
  requireSuccess(`Deleting the widget ${id}`, await client.DELETE("/api/v1/widgets/{id}", { params }));
  const gone = await poll(sleep, deadlineMs, async () => {
    const result = await client.GET("/api/v1/widgets/{id}", { params });
    if (isGone(result.response.status)) return true;
    requireSuccess(`Looking for the deleted widget ${id}`, result);
    return undefined;
  });
  if (!gone) throw new Error(`The widget ${id} is still found ${deadlineMs / 1_000} s after its delete was accepted.`);
}

/** The status for a widget that does not exist is not documented; these are the usual ones. */
function isGone(status: number): boolean {
  return [403, 404, 410].includes(status);
}
