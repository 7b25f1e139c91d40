import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Where a run gets the events of its target from. */
export interface Reception {
  /** The port on 127.0.0.1; 0 for any that is free. */
  readonly port: number;
  /** Where the target reaches that; `http://127.0.0.1:<port>` where it is left out. */
  readonly publicUrl?: string;
  /** What events are signed with (Standard Webhooks 1.0). */
  readonly secret?: string;
  /** Whether the tester says that the target sends its events there: else silence proves nothing. */
  readonly isSubscribed?: boolean;
  /** Stands between the receiver and the run; undefined lets an event get lost. */
  readonly between?: (event: RawEvent) => RawEvent | undefined;
}

/** An event as it came. */
export interface RawEvent {
  /** By their names in small letters. */
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

/** Something that listens for events. */
export interface EventReceiver {
  /** Where the target reaches it. */
  readonly url: string;
  close(): Promise<void>;
}

/** Where nobody can listen for events. */
export class ReceiverError extends Error {
  override readonly name = "ReceiverError";

  constructor(port: number, code = "") {
    const why = code === "EADDRINUSE" ? "is in use" : `cannot be listened on (${code})`;
    super(`Port ${port} ${why}. Give another one for the events.`);
  }
}

/** Nobody sends more than this about a widget. */
const mostBytes = 1_000_000;

/**
 * Listens for events on this machine, and takes every one with 200.
 * @throws ReceiverError where the port cannot be listened on
 */
export async function receive({ port, publicUrl }: Reception, take: (event: RawEvent) => void): Promise<EventReceiver> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= mostBytes) chunks.push(chunk);
    });
    request.on("end", () => {
      if (request.method === "POST" && bytes <= mostBytes) {
        const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
        take({ headers: Object.fromEntries(headers), body: Buffer.concat(chunks).toString("utf8") });
      }
      response.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    const fail = ({ code }: NodeJS.ErrnoException) => reject(new ReceiverError(port, code));
    server.once("error", fail).listen(port, "127.0.0.1", resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: publicUrl ?? `http://127.0.0.1:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
