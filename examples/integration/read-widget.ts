import { requireSuccess } from "./api-error.ts";
import type { Widget, WidgetsClient } from "./client.ts";
import { poll, type Sleep } from "./poll.ts";

/** How long a read may lag behind a write before the write counts as lost. */
const settleMs = 10_000;

/** Reads a widget as it is now. */
export async function readWidget(client: WidgetsClient, id: string): Promise<Widget> {
  const doing = `Reading the widget ${id}`;
  const widget = requireSuccess(doing, await client.GET("/api/v1/widgets/{id}", { params: { path: { id } } }));
  if (!widget) throw new Error(`${doing} returned no widget.`);
  return widget;
}

/**
 * Reads a widget until it shows the effect of a write. What a write responds with is not documented (the widget, a part
 * of it, nothing), so only a read proves it.
 */
export async function readUntil(
  { client, sleep }: { readonly client: WidgetsClient; readonly sleep: Sleep },
  id: string,
  expected: string,
  isExpected: (widget: Widget) => boolean,
): Promise<Widget> {
  const found = await poll(sleep, settleMs, async () => {
    const widget = await readWidget(client, id);
    return isExpected(widget) ? widget : undefined;
  });
  if (!found) throw new Error(`The widget ${id} is not ${expected} ${settleMs / 1_000} s after that was accepted.`);
  return found;
}
