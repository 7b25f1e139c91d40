import type { Answer } from "../http/answer.ts";
import { Refusal } from "../refusal.ts";
import type { Conversation, Message } from "../world/conversations.ts";
import { answerMessage } from "../world/hold-conversation.ts";
import { toRfc3339 } from "../world/rfc3339.ts";
import type { OperationCall } from "./operation-call.ts";

/** Returns a conversation with its messages, and the configuration and index it was started with. */
export function getConversation(call: OperationCall): Answer {
  return { status: call.operation.success, body: JSON.stringify(conversationAsJson(conversationOf(call))) };
}

/** Adds a visitor's message and returns the widget's reply; conversations continue while the widget is paused (A-PAUSE-4). */
export function sendMessage(call: OperationCall): Answer {
  const reply = answerMessage(call.world, conversationOf(call), String(call.body["text"]));
  return { status: call.operation.success, body: JSON.stringify(messageAsJson(reply)) };
}

/** The JSON of a conversation in the API and the control plane. */
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

/** @throws Refusal if there is no such conversation, or the request does not carry its token */
function conversationOf({ world, id, params, header }: OperationCall): Conversation {
  const rejection = (reason: string) =>
    new Refusal("unauthorized", {
      values: { reason, hint: "starting a conversation returns its token." },
      rule: "A-VIS-2",
      headers: { "WWW-Authenticate": "Bearer" },
    });
  const authorization = header("authorization") ?? "";
  if (authorization === "") throw rejection("The request has no token.");
  if (authorization.includes(",")) throw new Refusal("duplicate_header", { values: { header: "Authorization" } });
  const conversation = world.conversations.get(params["conversation_id"] ?? "");
  if (conversation?.widget !== id) {
    throw new Refusal("conversation_not_found", { values: { id: params["conversation_id"] ?? "" } });
  }
  if (authorization !== `Bearer ${conversation.token}`)
    throw rejection("The token does not belong to this conversation.");
  if (world.clock.now() >= conversation.tokenExpiresAt) throw rejection("The token has expired.");
  return conversation;
}
