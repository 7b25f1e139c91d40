import type { WidgetsClient } from "../integration/client.ts";
import { accepted } from "../integration/refused-error.ts";

const bakery = { name: "Bakery", site_url: "https://bakery.example" };

/**
 * Creates a widget and gives its id.
 *
 * Where the connection breaks nobody knows whether there is a widget now. So it asks once more, under the same key: a
 * service that honours it makes no second one.
 */
export async function createWidget(client: WidgetsClient): Promise<string> {
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  const create = () => client.POST("/api/v1/widgets", { body: bakery, headers });
  const widget = accepted("Creating a widget", await create().catch(create));
  if (!widget) throw new Error("Creating a widget gave none.");
  return widget.id;
}
