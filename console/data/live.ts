import { signal } from "@preact/signals";
import { accessHeaders, type ControlSchemas, mockUrl, RequestError } from "./client.ts";
import { apiKey, controlToken, isTokenNeeded } from "./session.ts";

/** A response of the API, or something that happened, as the event stream sends it. */
export type LiveEvent =
  | ({ readonly type: "request.answered" } & ControlSchemas["JournalEntry"])
  | ControlSchemas["Happening"];

/** State of the event stream. */
export const streamState = signal<"connecting" | "live" | "lost">("connecting");

/**
 * Counts what makes everything that is shown stale: each new connection, since events of the time before are missing, and
 * each change that the console itself has made.
 */
export const epoch = signal(0);

/** Makes everything that is shown load again. */
export function refreshAll(): void {
  epoch.value++;
}

type Listener = (events: readonly LiveEvent[]) => void;

/** Events are passed on together, so that a busy mock does not draw the page hundreds of times a second. */
const batchMs = 100;
const retryMs = 1000;
const listeners = new Set<Listener>();
let waiting: LiveEvent[] = [];

/**
 * Calls a function with the events that arrive, a few at a time.
 * @returns a function that ends the subscription
 */
export function onEvents(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Opens the event stream, and opens it again whenever it breaks, or the world changes. */
export function openStream(): void {
  let current = new AbortController();
  const restart = () => {
    current.abort();
    current = new AbortController();
    void readUntilAborted(current.signal);
  };
  let isFirst = true;
  const onChange = () => {
    if (!isFirst) restart();
  };
  apiKey.subscribe(onChange);
  controlToken.subscribe(onChange);
  isFirst = false;
  restart();
}

async function readUntilAborted(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    streamState.value = streamState.value === "lost" ? "lost" : "connecting";
    await readStream(signal).catch((error: unknown) => {
      if (error instanceof RequestError && error.status === 401) isTokenNeeded.value = true;
    });
    if (signal.aborted) return;
    streamState.value = "lost";
    await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
}

/** Reads until the stream ends. `EventSource` could not send a token. */
async function readStream(signal: AbortSignal): Promise<void> {
  const response = await fetch(`${mockUrl}/_mock/events`, { headers: accessHeaders(), signal });
  if (!response.ok || !response.body) throw new RequestError("The event stream was refused.", response.status);
  streamState.value = "live";
  // What is loaded from here on is not older than the first event.
  refreshAll();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const blocks = (rest + part.value).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) receive(block);
  }
}

/** The mock sends one line of data per event. */
function receive(block: string): void {
  const data = /^data: (.*)$/m.exec(block)?.[1];
  if (data === undefined) return;
  if (waiting.length === 0) setTimeout(flush, batchMs);
  waiting.push(JSON.parse(data));
}

function flush(): void {
  const events = waiting;
  waiting = [];
  for (const listener of listeners) listener(events);
}
