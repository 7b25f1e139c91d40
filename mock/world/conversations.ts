import type { JsonObject } from "../../spec/merge-patch.ts";
import { boundReached, type MockBounds } from "../bounds.ts";
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

  constructor(bounds: MockBounds, stored: WorldBytes) {
    this.#bounds = bounds;
    this.#stored = stored;
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
    conversation.messages.push(...messages);
    this.#stored.add(bytesOfMessages(messages));
  }

  removeByWidget(widget: string): void {
    for (const conversation of this.listByWidget(widget)) {
      this.#byId.delete(conversation.id);
      this.#stored.add(-bytesOf(conversation));
    }
    this.#byWidget.delete(widget);
  }

  /** The conversations as they are now, oldest first, with the number of messages of each. */
  capture(): (readonly [conversation: Conversation, messages: number])[] {
    return [...this.#byId.values()].map((conversation) => [conversation, conversation.messages.length]);
  }

  #forget(conversation: Conversation): void {
    this.#byId.delete(conversation.id);
    this.#stored.add(-bytesOf(conversation));
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
