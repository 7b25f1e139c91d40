import type { JsonObject } from "../../spec/merge-patch.ts";
import { boundReached, type MockBounds } from "../bounds.ts";
import type { Changes } from "../store/changes.ts";
import { subKey } from "../store/sub-key.ts";
import type { Index } from "./content.ts";
import { roughBytes, type WorldBytes } from "./stored-bytes.ts";

/** A message of a conversation. */
export interface Message {
  readonly role: "visitor" | "widget";
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** For a reply: the index that it was made from. */
  readonly index?: string;
}

/** A visitor's conversation. It keeps the configuration and index that it started with (A-PATCH-7, RECRAWL-3). */
export interface Conversation {
  readonly id: string;
  readonly widget: string;
  readonly siteHost: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly token: string;
  readonly tokenExpiresAt: number;
  readonly configuration: JsonObject;
  readonly index: Index;
  readonly messages: Message[];
}

/** Memory that a conversation and a message take beside their texts, roughly. */
const bytesOfConversation = 1500;
const bytesOfMessage = 200;

/** The conversations of an organization, by id and by widget. */
export class Conversations {
  readonly #byId = new Map<string, Conversation>();
  readonly #byWidget = new Map<string, Conversation[]>();
  readonly #bounds: MockBounds;
  readonly #stored: WorldBytes;
  readonly #changes: Changes | undefined;

  constructor(bounds: MockBounds, stored: WorldBytes, changes: Changes | undefined) {
    this.#bounds = bounds;
    this.#stored = stored;
    this.#changes = changes;
  }

  get size(): number {
    return this.#byId.size;
  }

  get(id: string): Conversation | undefined {
    return this.#byId.get(id);
  }

  /** The conversations of a widget, oldest first. */
  listByWidget(widget: string): readonly Conversation[] {
    return this.#byWidget.get(widget) ?? [];
  }

  /** Adds a conversation, and forgets the oldest one if there are too many. */
  add(conversation: Conversation): void {
    this.#byId.set(conversation.id, conversation);
    const others = this.#byWidget.get(conversation.widget);
    if (others) others.push(conversation);
    else this.#byWidget.set(conversation.widget, [conversation]);
    this.#stored.add(bytesOf(conversation));
    this.#changes?.added("conversation", conversation.id);
    const [oldest] = this.#byId.size > this.#bounds.maxConversations ? this.#byId.values() : [];
    if (oldest) this.#forget(oldest);
  }

  /**
   * Adds messages to a conversation.
   * @throws Refusal if they are too many
   */
  addMessages(conversation: Conversation, ...messages: readonly Message[]): void {
    this.#stored.requireRoom();
    if (conversation.messages.length + messages.length > this.#bounds.maxMessages) {
      throw boundReached("maxMessages", this.#bounds);
    }
    for (const message of messages) this.putMessage(conversation, conversation.messages.length, message);
  }

  /** Puts a message at its place in a conversation, whatever the bounds are. */
  putMessage(conversation: Conversation, place: number, message: Message): void {
    if (place >= conversation.messages.length) this.#stored.add(bytesOfMessages([message]));
    conversation.messages[place] = message;
    this.#changes?.added("message", subKey(conversation.id, place));
  }

  /** Forgets a conversation. */
  drop(id: string): void {
    const conversation = this.#byId.get(id);
    if (conversation) this.#forget(conversation);
  }

  removeByWidget(widget: string): void {
    for (const conversation of this.listByWidget(widget)) this.#remove(conversation);
    this.#byWidget.delete(widget);
  }

  /** The conversations as they are now, oldest first, with the number of messages of each. */
  capture(): (readonly [conversation: Conversation, messages: number])[] {
    return [...this.#byId.values()].map((conversation) => [conversation, conversation.messages.length]);
  }

  #remove(conversation: Conversation): void {
    const { id, messages } = conversation;
    this.#byId.delete(id);
    this.#stored.add(-bytesOf(conversation));
    this.#changes?.removed("conversation", id);
    for (const place of messages.keys()) this.#changes?.removed("message", subKey(id, place));
  }

  #forget(conversation: Conversation): void {
    this.#remove(conversation);
    const others = this.#byWidget.get(conversation.widget)?.filter((one) => one !== conversation) ?? [];
    if (others.length > 0) this.#byWidget.set(conversation.widget, others);
    else this.#byWidget.delete(conversation.widget);
  }
}

function bytesOf({ configuration, messages }: Conversation): number {
  return roughBytes(JSON.stringify(configuration), bytesOfConversation) + bytesOfMessages(messages);
}

function bytesOfMessages(messages: readonly Message[]): number {
  return messages.reduce((bytes, { text }) => bytes + roughBytes(text, bytesOfMessage), 0);
}
