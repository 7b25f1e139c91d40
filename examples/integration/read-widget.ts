import type { Widget, WidgetsClient } from "./client.ts";
import { poll, type Sleep } from "./poll.ts";
import { accepted } from "./refused-error.ts";

/** How long a read may lag behind a write before the write is taken for lost. */
const settleMs = 10_000;

/** Reads a widget as it is now. */
export async function readWidget(client: WidgetsClient, id: string): Promise<Widget> {
  const doing = `Reading the widget ${id}`;
  const widget = accepted(doing, await client.GET("/api/v1/widgets/{id}", { params: { path: { id } } }));
  if (!widget) throw new Error(`${doing} gave no widget.`);
  return widget;
}

/**
 * Reads a widget until it is as a write should have left it. What a write itself answers is not published (the widget,
 * a part of it, nothing), so the proof is always a read.
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
