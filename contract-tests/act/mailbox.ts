import { Webhook } from "standardwebhooks";
import type { Json } from "../../spec/merge-patch.ts";
import type { Adapter } from "../adapter.ts";
import { defined } from "../defined.ts";
import type { SeenEvent } from "../history/event.ts";
import type { Observation } from "../history/observation.ts";
import { jsonIn } from "../http/answer-json.ts";
import { inTime, inTwoTries } from "./patience.ts";
import { type EventReceiver, type RawEvent, type Reception, receive } from "./receiver.ts";

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
  /** Every word of it and of its header fields: an id may stand in an address, and JSON in a text. */
  readonly words: ReadonlySet<string>;
  readonly t: number;
  readonly came: number;
}

const readyEvent = "widget.ready";

/** Takes the events that a target sends, while a run goes on. */
export class Mailbox {
  /** What the adapter has thrown where it was to subscribe. */
  readonly faults: Observation[] = [];
  readonly #kept: Kept[] = [];
  readonly #surroundings: Surroundings;
  readonly #secret: string | undefined;
  #isSubscribed: boolean;
  #receiver: EventReceiver | undefined;
  #unsubscribe: (() => Promise<void>) | undefined;

  constructor({ secret, isSubscribed = false }: Reception, surroundings: Surroundings) {
    this.#secret = secret;
    this.#isSubscribed = isSubscribed;
    this.#surroundings = surroundings;
  }

  /**
   * Opens a mailbox, and subscribes it where the adapter can.
   * @throws ReceiverError where the port cannot be listened on
   */
  static async open(reception: Reception, adapter: Adapter | undefined, surroundings: Surroundings): Promise<Mailbox> {
    const secret = reception.secret ?? (adapter?.subscribe ? newSecret() : undefined);
    const mailbox = new Mailbox({ ...reception, ...defined({ secret }) }, surroundings);
    const { between = (event) => event } = reception;
    const receiver = await receive(reception, (event) => {
      const passed = between(event);
      if (passed) mailbox.#take(passed);
    });
    mailbox.#receiver = receiver;
    if (!adapter?.subscribe || secret === undefined) return mailbox;
    try {
      const subscribe = async () => adapter.subscribe?.(receiver.url, secret);
      mailbox.#unsubscribe = (await inTwoTries(subscribe)) ?? undefined;
      mailbox.#isSubscribed = true;
    } catch (error) {
      mailbox.#noteFault("subscribe", error);
    }
    return mailbox;
  }

  /** Whether the target sends its events here: the tester says so, the adapter has seen to it, or one has come. */
  get isSubscribed(): boolean {
    return this.#isSubscribed || this.events.length > 0;
  }

  /** The events about widgets of the run. */
  get events(): SeenEvent[] {
    return this.#kept.flatMap(({ event, body, words, t, came }) => {
      const widgets = [...this.#surroundings.names].filter(([id]) => words.has(id)).map(([, widget]) => widget);
      const isSigned = this.#secret === undefined ? undefined : isSignedWith(this.#secret, event);
      const id = event.headers["webhook-id"];
      const shared = { isReady: words.has(readyEvent), t, came, ...defined({ isSigned, id }), body };
      return widgets.map((widget) => ({ widget, ...shared }));
    });
  }

  /** How many came that name no widget of the run. */
  get otherCount(): number {
    const ids = [...this.#surroundings.names.keys()];
    return this.#kept.filter(({ words }) => !ids.some((id) => words.has(id))).length;
  }

  /** Ends the subscription, and listens no more; a target that is gone cannot end it. */
  async close(stop?: AbortSignal): Promise<void> {
    try {
      await inTime(async () => this.#unsubscribe?.(), stop);
    } catch (error) {
      this.#noteFault("unsubscribe", error);
    } finally {
      await this.#receiver?.close();
    }
  }

  #noteFault(member: Observation["member"], error: unknown): void {
    const [came, at] = [this.#surroundings.moment(), this.#surroundings.now()];
    this.faults.push({ member, widget: "", came, t0: at, t1: at, error: (error as Error).message });
  }

  #take(event: RawEvent): void {
    const json = jsonIn(event.body);
    // A body that is no JSON is one text.
    const body = json === undefined ? event.body : json;
    const words = new Set([...textsIn(json), ...[event.body, ...Object.values(event.headers)].flatMap(wordsIn)]);
    this.#kept.push({ event, body, words, t: this.#surroundings.now(), came: this.#surroundings.moment() });
    if (!words.has(readyEvent)) return;
    for (const id of this.#surroundings.names.keys()) if (words.has(id)) this.#surroundings.ready(id);
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

/** The texts in a body, each as a whole: an id may have any characters. */
function textsIn(json: Json | undefined): string[] {
  const texts: string[] = [];
  const left = [json];
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    if (typeof one === "string") texts.push(one);
    else if (one !== null && typeof one === "object") for (const inner of Object.values(one)) left.push(inner);
  }
  return texts;
}

/** The words of a text, of an escaped one too: what need not be escaped in an address. */
function wordsIn(text: string): string[] {
  return [text, decoded(text)].flatMap((one) => one.split(/[^\w.~-]+/));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
