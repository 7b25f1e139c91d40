import type { PostedEvent, ReceiverResponse } from "./posted-event.ts";

/** As it is when the mock is loaded: what a test puts in its place later may lead back to the mock. */
const { fetch } = globalThis;

/** Posts an event to its receiver, from a page. It takes the place of the module for Node, so it has that one's name. */
export { postFromPage as postEvent };

async function postFromPage({ url, networks: _, ...event }: PostedEvent): Promise<ReceiverResponse> {
  const response = await fetch(url, { method: "POST", redirect: "manual", ...event });
  return {
    status: response.status,
    header: (name) => response.headers.get(name) ?? undefined,
    body: chunksOf(response),
  };
}

/** Reads a body in chunks, for browsers whose streams are not iterable. */
async function* chunksOf({ body }: Response): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  try {
    for (let part = await reader?.read(); part?.value; part = await reader?.read()) yield part.value;
  } finally {
    await reader?.cancel().catch(() => undefined);
  }
}
