import type { JsonObject } from "../../spec/merge-patch.ts";
import type { Index } from "./content.ts";

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

/** The conversations of an organization, by id and by widget. */
export class Conversations {
  readonly #byId = new Map<string, Conversation>();
  readonly #byWidget = new Map<string, Conversation[]>();

  get(id: string): Conversation | undefined {
    return this.#byId.get(id);
  }

  /** The conversations of a widget, oldest first. */
  listByWidget(widget: string): readonly Conversation[] {
    return this.#byWidget.get(widget) ?? [];
  }

  add(conversation: Conversation): void {
    this.#byId.set(conversation.id, conversation);
    const others = this.#byWidget.get(conversation.widget);
    if (others) others.push(conversation);
    else this.#byWidget.set(conversation.widget, [conversation]);
  }

  removeByWidget(widget: string): void {
    for (const { id } of this.listByWidget(widget)) this.#byId.delete(id);
    this.#byWidget.delete(widget);
  }

  save(): readonly Conversation[] {
    return [...this.#byId.values()];
  }

  load(conversations: readonly Conversation[]): void {
    this.#byId.clear();
    this.#byWidget.clear();
    for (const conversation of conversations) this.add(conversation);
  }
}
