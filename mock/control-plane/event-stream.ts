import type { Scope } from "../controls/scope.ts";
import type { StreamEvent } from "../world/happening.ts";

/** How often a comment is sent while nothing happens, so that no client takes the stream for dead, in real time. */
const heartbeatMs = 15_000;
/** A client that falls this many events behind is disconnected, rather than buffered for. */
const maxUnread = 10_000;

/** Everything that happens in the scope from now on, as server-sent events (HTML standard, section 9.2). */
export function eventStream({ engine, organization }: Scope, requestId: string): Response {
  const encoder = new TextEncoder();
  let stop = (): void => undefined;
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const send = (text: string) => controller.enqueue(encoder.encode(text));
        const heartbeat = setInterval(() => send(":\n\n"), heartbeatMs);
        const unsubscribe = engine.worlds.events.subscribe((event, from) => {
          if ((organization ?? from) !== from) return;
          send(serverSentEvent(event));
          if ((controller.desiredSize ?? 0) <= -maxUnread) end();
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
        // The stream alone keeps no process alive; its first bytes show that it is open.
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

function serverSentEvent(event: StreamEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
