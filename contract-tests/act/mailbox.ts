import { Webhook } from "standardwebhooks";
import type { Json } from "../../spec/merge-patch.ts";
import type { Adapter } from "../adapter.ts";
import type { SeenEvent } from "../history/event.ts";
import { type RawEvent, type Receiver, type Reception, receive } from "./receiver.ts";

/** What a mailbox wants to know of the run: the time, and which widgets are its own. */
export interface Surroundings {
  now(): number;
  /** The next place among the starts and ends of calls. */
  moment(): number;
  /** The run's own names of its widgets, by their ids. */
  readonly names: ReadonlyMap<string, string>;
  /** Is told of a `widget.ready` about a widget of the run, by its id. */
  ready(id: string): void;
}

interface Kept {
  readonly event: RawEvent;
  readonly body: Json;
  /** Every text in it. */
  readonly texts: ReadonlySet<string>;
  readonly t: number;
  readonly came: number;
}

const readyEvent = "widget.ready";

/** Takes the events that a target sends, while a run goes on. */
export class Mailbox {
  readonly #kept: Kept[] = [];
  readonly #surroundings: Surroundings;
  readonly #secret: string | undefined;
  #isSubscribed: boolean;
  #receiver: Receiver | undefined;
  #unsubscribe: (() => Promise<void>) | undefined;

  constructor({ secret, isSubscribed = false }: Reception, surroundings: Surroundings) {
    this.#secret = secret;
    this.#isSubscribed = isSubscribed;
    this.#surroundings = surroundings;
  }

  /**
   * Opens a mailbox, and subscribes it where the adapter can.
   * @throws Error where the port is taken, or the adapter cannot subscribe
   */
  static async open(reception: Reception, adapter: Adapter | undefined, surroundings: Surroundings): Promise<Mailbox> {
    const secret = reception.secret ?? (adapter?.subscribe ? newSecret() : undefined);
    const mailbox = new Mailbox({ ...reception, ...(secret === undefined ? {} : { secret }) }, surroundings);
    const { between = (event) => event } = reception;
    const receiver = await receive(reception, (event) => {
      const passed = between(event);
      if (passed) mailbox.#take(passed);
    });
    mailbox.#receiver = receiver;
    if (adapter?.subscribe && secret !== undefined) {
      mailbox.#unsubscribe = (await adapter.subscribe(receiver.url, secret)) ?? undefined;
      mailbox.#isSubscribed = true;
    }
    return mailbox;
  }

  /** Whether the target sends its events here: the tester says so, the adapter has seen to it, or one has come. */
  get isSubscribed(): boolean {
    return this.#isSubscribed || this.events.length > 0;
  }

  /** The events about widgets of the run. */
  get events(): SeenEvent[] {
    return this.#kept.flatMap(({ event, body, texts, t, came }) => {
      const [, widget] = [...this.#surroundings.names].find(([id]) => texts.has(id)) ?? [];
      if (widget === undefined) return [];
      const isSigned = this.#secret === undefined ? undefined : isSignedWith(this.#secret, event);
      const isReady = texts.has(readyEvent);
      const id = event.headers["webhook-id"];
      return [
        {
          widget,
          isReady,
          t,
          came,
          ...(isSigned === undefined ? {} : { isSigned }),
          ...(id === undefined ? {} : { id }),
          body,
        },
      ];
    });
  }

  async close(): Promise<void> {
    await this.#unsubscribe?.();
    await this.#receiver?.close();
  }

  #take(event: RawEvent): void {
    const body = parsed(event.body);
    const texts = new Set([...textsIn(body), ...Object.values(event.headers)]);
    this.#kept.push({ event, body, texts, t: this.#surroundings.now(), came: this.#surroundings.moment() });
    if (!texts.has(readyEvent)) return;
    for (const id of this.#surroundings.names.keys()) if (texts.has(id)) this.#surroundings.ready(id);
  }
}

/** A secret that nobody else knows, in the form of Standard Webhooks 1.0. */
function newSecret(): string {
  return `whsec_${Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString("base64")}`;
}

/** The time stamp is not held against the clock: a target's may be a test clock. */
function isSignedWith(secret: string, { headers, body }: RawEvent): boolean {
  const { "webhook-id": id, "webhook-timestamp": seconds, "webhook-signature": signatures } = headers;
  if (id === undefined || seconds === undefined || signatures === undefined) return false;
  const expected = new Webhook(secret).sign(id, new Date(Number(seconds) * 1000), body);
  return signatures.split(" ").includes(expected);
}

/** The texts in a body, however deep. */
function textsIn(value: Json): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** A body that is no JSON is one text. */
function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
