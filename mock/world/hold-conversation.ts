import type { JsonObject } from "../../spec/merge-patch.ts";
import type { Conversation, Message } from "./conversations.ts";
import { replyTo } from "./reply.ts";
import type { StoredWidget } from "./widget.ts";
import type { World } from "./world.ts";

/** Lifetime of a visitor's token (A-VIS-2). */
const tokenMs = 15 * 60 * 1000;

/**
 * Begins a conversation with a widget's configuration and index as they are now (A-VIS-2).
 * @throws Refusal if the mock holds as much as it may
 */
export function beginConversation(world: World, widget: StoredWidget, configuration: JsonObject): Conversation {
  const { ids, clock, conversations, usage } = world;
  world.requireRoom();
  const now = clock.now();
  world.touch();
  const conversation: Conversation = {
    id: ids.nextConversationId(),
    widget: widget.id,
    siteHost: widget.siteHost,
    startedAt: now,
    token: ids.nextVisitorToken(),
    tokenExpiresAt: now + tokenMs,
    configuration,
    index: widget.index ?? { id: "idx_0", revision: 0, pages: 0 },
    messages: [],
  };
  conversations.add(conversation);
  usage.add({ kind: "conversation", widget: widget.id, quantity: 1 }, now);
  return conversation;
}

/** Adds a visitor's message and the widget's reply, and returns the reply. */
export function answerMessage(
  { clock, conversations, usage }: World,
  conversation: Conversation,
  text: string,
): Message {
  const at = clock.now();
  const reply: Message = { role: "widget", text: replyTo(conversation, text), at, index: conversation.index.id };
  conversations.addMessages(conversation, { role: "visitor", text, at }, reply);
  usage.add({ kind: "message", widget: conversation.widget, quantity: 1 }, at);
  return reply;
}
