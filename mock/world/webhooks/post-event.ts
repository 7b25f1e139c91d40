import type { PostedEvent, ReceiverResponse } from "./posted-event.ts";

/**
 * Posts an event to its receiver. The connection is undici's own, so that it works whatever a test puts in the place of
 * `fetch` or of `node:http`, and with any port. `post-event.browser.ts` takes its place in a browser.
 */
export async function postEvent(event: PostedEvent): Promise<ReceiverResponse> {
  // Loaded on first use: many mocks send no webhooks.
  const { postByUndici } = await import("./post-by-undici.ts");
  return postByUndici(event);
}
