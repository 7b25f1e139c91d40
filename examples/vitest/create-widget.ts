import { requireSuccess } from "../integration/api-error.ts";
import type { WidgetsClient } from "../integration/client.ts";

const bakery = { name: "Bakery", site_url: "https://bakery.example" };

/**
 * Creates a widget and returns its id.
 *
 * When the connection breaks, nobody knows whether the widget was created. So it tries once more with the same
 * idempotency key: a service that honours the key creates no second widget.
 */
export async function createWidget(client: WidgetsClient): Promise<string> {
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  const create = () => client.POST("/api/v1/widgets", { body: bakery, headers });
  const widget = requireSuccess("Creating a widget", await create().catch(create));
  if (!widget) throw new Error("Creating a widget returned none.");
  return widget.id;
}
