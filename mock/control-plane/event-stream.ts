import { boundReached } from "../bounds.ts";
import type { Scope } from "../controls/scope.ts";
import type { Answer, StreamedBody } from "../http/answer.ts";
import type { StreamEvent } from "../world/happening.ts";

/** How often a comment is sent while nothing happens, so that no client takes the stream for dead, in real time. */
const heartbeatMs = 15_000;

/**
 * Streams everything that happens in the scope from now on, as server-sent events (HTML standard, section 9.2).
 * @throws Refusal if there are as many streams as there may be
 */
export function eventStream({ engine, organization }: Scope): Pick<Answer, "body" | "mediaType" | "headers"> {
  const { bounds, worlds, persistence } = engine;
  const { events } = worlds;
  const { store } = persistence ?? {};
  if (events.streams >= bounds.maxStreams) throw boundReached("maxStreams", bounds, 429);
  const body: StreamedBody = (sink) => {
    const heartbeat = setInterval(() => sink.send(":\n\n"), heartbeatMs);
    // The stream alone keeps no process alive; its first bytes show that it is open.
    (heartbeat as { unref?: () => void }).unref?.();
    events.streams++;
    const end = () => {
      stop();
      sink.end();
    };
    const checkUnread = () => {
      if (sink.unreadBytes <= bounds.maxStreamKilobytes * 1000) return;
      stop();
      sink.cut();
    };
    const send = (event: StreamEvent) => {
      if (hasStopped) return;
      sink.send(serverSentEvent(event));
      checkUnread();
    };
    const unsubscribe = events.subscribe((event, from) => {
      if ((organization ?? from) !== from) return;
      // Nobody hears of what may be rolled back.
      if (store) void store.committed().then((isCommitted) => isCommitted && send(event));
      else send(event);
    });
    const forget = events.onClose(end);
    let hasStopped = false;
    const stop = () => {
      if (hasStopped) return;
      hasStopped = true;
      events.streams--;
      clearInterval(heartbeat);
      unsubscribe();
      forget();
    };
    sink.send(":\n\n");
    return stop;
  };
  return { body, mediaType: "text/event-stream", headers: { "Cache-Control": "no-store" } };
}

/** The text of an event, which all streams share. */
const texts = new WeakMap<StreamEvent, string>();

function serverSentEvent(event: StreamEvent): string {
  const text = texts.get(event) ?? `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
  texts.set(event, text);
  return text;
}
