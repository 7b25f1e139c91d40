import type { components } from "../../spec/generated/types.ts";

/** What a widget is rendered from (A-VIS-1). */
export type EmbedConfig = components["schemas"]["VisitorConfig"];
/** A conversation that this page has started, with its token. */
export type OpenConversation = components["schemas"]["ConversationStart"];
type Reply = components["schemas"]["Message"];

/** A call that did not succeed. */
export class FailedCall extends Error {
  /** HTTP status; 0 if there was no response. */
  readonly status: number;
  /** Code of the problem document; empty without one. */
  readonly code: string;

  constructor(status: number, code: string, detail: string) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

/** The calls of an embedded widget, each rejecting with a FailedCall. */
export interface VisitorApi {
  getConfig(): Promise<EmbedConfig>;
  start(): Promise<OpenConversation>;
  send(conversation: OpenConversation, text: string): Promise<Reply>;
}

/**
 * Makes the calls of one widget.
 * @param base address of the API, with a slash at the end
 */
export function visitorApi(base: string, id: string): VisitorApi {
  const widget = `${base}api/v1/public/widgets/${encodeURIComponent(id)}`;
  return {
    getConfig: () => call(`${widget}/config`),
    start: () => call(`${widget}/conversations`, { method: "POST" }),
    send: (conversation, text) =>
      call(`${widget}/conversations/${encodeURIComponent(conversation.id)}/messages`, {
        method: "POST",
        headers: { Authorization: `Bearer ${conversation.token}`, "Content-Type": "application/json" },
        body: JSON.stringify({ text }),
      }),
  };
}

async function call<Result>(url: string, init?: RequestInit): Promise<Result> {
  const unreachable = (error: unknown) => new FailedCall(0, "unreachable", String(error));
  const response = await fetch(url, { ...init, credentials: "omit", cache: "no-store" }).catch((error: unknown) => {
    throw unreachable(error);
  });
  const body = await response.json().catch((error: unknown) => {
    if (response.ok) throw unreachable(error);
  });
  if (response.ok) return body;
  // A problem document, or its envelope (A-ERR-1).
  const { code, detail, message } = body?.error ?? body ?? {};
  throw new FailedCall(response.status, String(code ?? ""), String(detail ?? message ?? ""));
}
