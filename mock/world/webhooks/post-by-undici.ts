import { Agent } from "undici";
import { version } from "../../version.ts";
import type { PostedEvent, ReceiverResponse } from "./posted-event.ts";

/**
 * Opens a connection for each event, so that none is kept open after a test. Its own time limits are off: their timers may
 * be those that a test moves.
 */
const agent = new Agent({ pipelining: 0, headersTimeout: 0, bodyTimeout: 0, connect: { timeout: 0 } });

/** Posts an event with undici, which follows no redirect. */
export async function postByUndici({ url, headers, body, signal }: PostedEvent): Promise<ReceiverResponse> {
  const { origin, pathname, search } = new URL(url);
  const response = await agent.request({
    ...{ origin, path: pathname + search, method: "POST", body, signal },
    headers: { accept: "*/*", "user-agent": `widgets-mock/${version}`, ...headers },
  });
  return {
    status: response.statusCode,
    header: (name) => response.headers[name]?.toString(),
    body: response.body,
  };
}
