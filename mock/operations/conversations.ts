import { Refusal } from "../refusal.ts";
import type { Conversation, Message } from "../world/conversations.ts";
import { toRfc3339 } from "../world/widget.ts";
import type { OperationCall, OperationResult } from "./operation-call.ts";

/** A conversation with its messages and what it began with. */
export function getConversation(call: OperationCall): OperationResult {
  return { body: JSON.stringify(conversationAsJson(conversationOf(call))) };
}

/** Takes what the visitor says, and answers with the widget's reply; running conversations go on (A-PAUSE-4). */
export function sendMessage(call: OperationCall): OperationResult {
  const reply = call.world.addMessage(conversationOf(call), String(call.body["text"]));
  return { body: JSON.stringify(messageAsJson(reply)) };
}

/** A conversation as the API and the control plane show it. */
export function conversationAsJson({ id, widget, startedAt, configuration, index, messages }: Conversation): object {
  return {
    id,
    widget_id: widget,
    started_at: toRfc3339(startedAt),
    voice: configuration["voice"],
    persona: configuration["persona"],
    index: index.id,
    messages: messages.map(messageAsJson),
  };
}

function messageAsJson({ at, ...message }: Message): object {
  return { ...message, at: toRfc3339(at) };
}

/** @throws Refusal without this conversation's token, or where there is no such conversation */
function conversationOf({ world, id, params, headers }: OperationCall): Conversation {
  const refuse = (reason: string) =>
    new Refusal("unauthorized", {
      values: { reason, hint: "starting a conversation gives a token for it." },
      rule: "A-VIS-2",
      headers: { "WWW-Authenticate": "Bearer" },
    });
  const authorization = headers.get("authorization") ?? "";
  if (authorization === "") throw refuse("No token was sent.");
  if (authorization.includes(",")) throw new Refusal("duplicate_header", { values: { header: "Authorization" } });
  const conversation = world.conversations.get(params["conversation_id"] ?? "");
  if (conversation?.widget !== id) {
    throw new Refusal("conversation_not_found", { values: { id: params["conversation_id"] ?? "" } });
  }
  if (authorization !== `Bearer ${conversation.token}`) throw refuse("The token is not this conversation's.");
  if (world.clock.now() >= conversation.tokenExpiresAt) throw refuse("The token has expired.");
  return conversation;
}
