import { isJsonObject, type Json } from "../../spec/merge-patch.ts";
import { asked, type Call, entriesOf, type Widget } from "./call.test-helper.ts";
import type { Next } from "./layer.test-helper.ts";
import { widgets } from "./user.test-helper.ts";

/** Every widget of the organization that calls, as the mock lists them. */
export async function everyWidget(call: Call, next: Next): Promise<readonly Widget[]> {
  const found: Widget[] = [];
  for (let cursor: Json | undefined = ""; typeof cursor === "string"; ) {
    const query: Call["query"] = { limit: "100", ...(cursor === "" ? {} : { cursor }) };
    const page = await next({ ...asked(call, "GET", widgets), query });
    found.push(...entriesOf(page));
    cursor = isJsonObject(page.body) ? page.body["next_cursor"] : undefined;
  }
  return found;
}
