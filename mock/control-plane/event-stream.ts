import type { Scope } from "../controls/scope.ts";
import type { Engine } from "../engine.ts";
import type { StreamEvent } from "../world/happening.ts";
import { occurrenceAsJson } from "./as-json.ts";

/** How often something is sent where nothing happens, so that nobody takes the stream for dead, in real time. */
const heartbeatMs = 15_000;
/** Who has fallen this many events behind is let go, rather than kept for in memory. */
const mostUnread = 10_000;

/** All that happens in the scope from now on, as server-sent events (HTML standard, section 9.2). */
export function eventStream({ engine, organization }: Scope, requestId: string): Response {
  const encoder = new TextEncoder();
  let stop = (): void => undefined;
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const send = (text: string) => controller.enqueue(encoder.encode(text));
        const heartbeat = setInterval(() => send(":\n\n"), heartbeatMs);
        const unsubscribe = engine.worlds.events.subscribe((occurrence) => {
          if ((organization ?? occurrence.organization) !== occurrence.organization) return;
          send(asEvent(engine, occurrence));
          if ((controller.desiredSize ?? 0) <= -mostUnread) end();
        });
        const end = () => {
          stop();
          controller.close();
        };
        const forget = engine.worlds.events.onClose(end);
        stop = () => {
          clearInterval(heartbeat);
          unsubscribe();
          forget();
        };
        // The stream alone keeps no process alive, and its first bytes tell that it is open.
        (heartbeat as { unref?: () => void }).unref?.();
        send(":\n\n");
      },
      cancel: () => stop(),
    },
    { highWaterMark: 1 },
  );
  const headers = { "Content-Type": "text/event-stream", "Cache-Control": "no-store", "Request-Id": requestId };
  return new Response(stream, { headers });
}

function asEvent(engine: Engine, occurrence: StreamEvent): string {
  return `event: ${occurrence.type}\ndata: ${JSON.stringify(occurrenceAsJson(engine, occurrence))}\n\n`;
}
