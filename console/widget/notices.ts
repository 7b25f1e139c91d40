import type { FailedCall } from "./visitor-api.ts";

/** Why a widget does not work, in words for its visitor. */
export interface Notice {
  readonly title: string;
  readonly text: string;
  /** What the API said, for whoever embeds the widget. */
  readonly detail: string;
  /** True if the same call can succeed later. */
  readonly canRetry: boolean;
}

const deleted = ["Not available any more", "This assistant has been removed from the site.", false] as const;
const busy = ["Just a moment", "There are too many questions right now.", true] as const;

const byCode: { readonly [code: string]: readonly [title: string, text: string, canRetry: boolean] } = {
  widget_paused: ["Paused", "This assistant is paused and starts no new conversations right now.", true],
  widget_not_ready: ["Not ready yet", "This assistant is still reading the site. Please come back in a minute.", true],
  origin_not_allowed: ["Not allowed here", "This assistant may not be used on this site.", false],
  unreachable: ["No connection", "This assistant cannot be reached.", true],
  rate_limited: busy,
};

const byStatus: typeof byCode = { 404: deleted, 410: deleted, 429: busy };

/** The notice for a call that failed. */
export function noticeOf({ status, code, message }: FailedCall): Notice {
  const [title, text, canRetry] = byCode[code] ??
    byStatus[status] ?? ["Something went wrong", "This assistant could not answer.", true];
  return { title, text, canRetry, detail: [status || "", code, message].filter(Boolean).join(" · ") };
}

/** The notice before anything was asked, for a widget that cannot start conversations. */
export const cannotStart: Notice = {
  title: "Not available right now",
  text: "This assistant starts no new conversations at the moment.",
  detail: "",
  canRetry: false,
};

/** The notice where a conversation has ended and its widget is still there. */
export const conversationEnded: Notice = {
  title: "This conversation has ended",
  text: "Start a new one to go on.",
  detail: "",
  canRetry: false,
};
