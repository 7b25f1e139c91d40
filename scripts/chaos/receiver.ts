import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Partner } from "./partner.ts";

interface WidgetEvent {
  readonly type: string;
  readonly data: { readonly id: string };
}

/** Receives the events of partners, and checks that each comes after its cause: what it tells of is there to be read. */
export class Receiver {
  readonly breaches: string[] = [];
  /** Number of events that were received, repeated ones included. */
  received = 0;
  readonly #partners: ReadonlyMap<string, Partner>;
  /** The ids of the events of each widget that say it is ready, and the body of each event. */
  readonly #readyIds = new Map<string, Set<string>>();
  readonly #bodies = new Map<string, string>();
  readonly #checks = new Set<Promise<void>>();
  readonly #server = createServer((request, response) => {
    void this.#receive(request).finally(() => response.writeHead(204).end());
  });

  constructor(partners: readonly Partner[]) {
    this.#partners = new Map(partners.map((partner) => [`/${partner.key}`, partner]));
  }

  /** Starts to listen, and gives the URL. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The widgets that are there and whose event has not come. */
  missing(): string[] {
    const kept = [...this.#partners.values()].flatMap((partner) => [...partner.kept.keys()]);
    return kept.filter((id) => !this.#readyIds.has(id));
  }

  async close(): Promise<void> {
    await Promise.all(this.#checks);
    for (const [widget, ids] of this.#readyIds) {
      if (ids.size > 1) this.breaches.push(`${widget} became ready in ${ids.size} different events`);
    }
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #receive(request: IncomingMessage): Promise<void> {
    const body = await text(request).catch(() => undefined);
    // A mock that was killed in the middle of it sends it again.
    if (body === undefined) return;
    const id = String(request.headers["webhook-id"]);
    const partner = this.#partners.get(request.url ?? "");
    this.received++;
    const before = this.#bodies.get(id);
    if (before !== undefined && before !== body) this.breaches.push(`the event ${id} came with two different bodies`);
    this.#bodies.set(id, body);
    const event = JSON.parse(body) as WidgetEvent;
    if (event.type === "widget.ready") {
      const { id: widget } = event.data;
      this.#readyIds.set(widget, (this.#readyIds.get(widget) ?? new Set()).add(id));
    }
    // It is answered before that: what waits for a replica that is frozen is no fault of the receiver.
    const check = this.#checkCause(partner, event).finally(() => this.#checks.delete(check));
    this.#checks.add(check);
  }

  async #checkCause(partner: Partner | undefined, { type, data }: WidgetEvent): Promise<void> {
    if (!partner) return void this.breaches.push(`an event came for nobody: ${type}`);
    const { status, json } = await partner.send("GET", `/api/v1/widgets/${data.id}`);
    if (status === 404 && partner.deleted.has(data.id)) return;
    if (status === 200 && json.status !== "draft") return;
    this.breaches.push(`${type} came before its cause: ${data.id} is ${status} ${json?.status ?? ""}`);
  }
}
