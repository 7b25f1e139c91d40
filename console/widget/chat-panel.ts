import { createElement, createIcon } from "./element.ts";
import type { Notice } from "./notices.ts";
import type { EmbedConfig } from "./visitor-api.ts";

/** What a visitor can do in a panel. */
export interface PanelActions {
  ask(text: string): void;
  /** Loads the widget again, which ends the conversation. */
  load(): void;
  /** Undefined where a panel is always there. */
  readonly close: (() => void) | undefined;
}

/** The panel of a widget: headings, suggested prompts, the conversation, and a line to write in. */
export class ChatPanel {
  readonly element: HTMLElement;
  readonly #log = createElement("div", { className: "log", attributes: { role: "log", "aria-label": "Conversation" } });
  readonly #prompts = createElement("div", { className: "prompts" });
  readonly #notice = createElement("div", { className: "notice", hidden: true, attributes: { role: "alert" } });
  readonly #restart: HTMLElement;
  readonly #input: HTMLTextAreaElement;
  readonly #form: HTMLFormElement;
  readonly #actions: PanelActions;
  #isWaiting = false;

  constructor(config: EmbedConfig | undefined, actions: PanelActions) {
    this.#actions = actions;
    this.#input = createElement("textarea", {
      rows: 1,
      maxLength: maxMessageLength,
      placeholder: "Write a message",
      attributes: { "aria-label": "Message", dir: "auto" },
    });
    this.#restart = iconButton("restart", "New conversation", () => actions.load());
    this.#restart.hidden = true;
    this.#form = this.#createForm();
    const title = config?.intro_title || "Chat";
    const scroller = createElement("div", { className: "scroll" }, this.#log, this.#notice, this.#prompts);
    const parts = [this.#createHeader(title, config?.intro_subtitle ?? ""), scroller, this.#form];
    const attributes = { "aria-labelledby": "title" };
    // A dialog where it can be closed; a part of the page where it cannot.
    this.element = actions.close
      ? createElement("dialog", { className: "panel", attributes }, ...parts)
      : createElement("section", { className: "panel", attributes }, ...parts);
    for (const prompt of config?.suggested_prompts ?? []) {
      const ask = () => this.#ask(prompt);
      this.#prompts.append(createElement("button", { type: "button", dir: "auto", onclick: ask }, prompt));
    }
    this.#form.hidden = config === undefined;
  }

  focus(): void {
    // A panel that only says why it does not work has nothing to write in.
    const target = this.#form.hidden ? this.element.querySelector<HTMLElement>("button:not([hidden])") : this.#input;
    target?.focus();
  }

  /** Shows a message, and returns a function that removes it. */
  showMessage(role: "visitor" | "widget", text: string): () => void {
    const from = createElement("span", { className: "from" }, role === "visitor" ? "You: " : "Assistant: ");
    const message = createElement("p", { className: role, dir: "auto" }, from, text);
    this.#log.append(message);
    this.#showOffers();
    reveal(message);
    return () => {
      message.remove();
      this.#showOffers();
    };
  }

  /** What the visitor has written and not sent. */
  get draft(): string {
    return this.#input.value;
  }

  /** Shows that a reply is awaited, and that nothing can be sent meanwhile. */
  set isWaiting(isWaiting: boolean) {
    this.#isWaiting = isWaiting;
    this.#log.setAttribute("aria-busy", String(isWaiting));
    this.#log.querySelector(".waiting")?.remove();
    if (!isWaiting) return;
    const dots = ["", "", ""].map(() => createElement("i", {}));
    const sign = createElement("p", { className: "waiting", attributes: { "aria-label": "Waiting" } }, ...dots);
    this.#log.append(sign);
    reveal(sign);
  }

  /**
   * Shows why something did not work; nothing without a notice.
   * @param unsent what the visitor wrote, which can be sent again
   */
  showNotice(notice: Notice | undefined, unsent = ""): void {
    this.#notice.hidden = notice === undefined;
    this.#notice.replaceChildren();
    if (unsent !== "" && this.#input.value === "") this.#input.value = unsent;
    if (!notice) return;
    this.#notice.append(createElement("strong", {}, notice.title), createElement("p", {}, notice.text));
    if (notice.canRetry) {
      const retry = () => (unsent === "" ? this.#actions.load() : this.#ask(unsent));
      this.#notice.append(createElement("button", { type: "button", onclick: retry }, "Try again"));
    }
    if (notice.detail) this.#notice.append(createElement("small", { dir: "auto" }, notice.detail));
    reveal(this.#notice);
  }

  /** Lets the visitor begin again, and write no more. */
  end(): void {
    this.#form.hidden = true;
    this.#restart.hidden = false;
    this.#restart.focus();
  }

  #createHeader(title: string, subtitle: string): HTMLElement {
    const { close } = this.#actions;
    return createElement(
      "header",
      {},
      createElement("h2", { id: "title", dir: "auto" }, title),
      this.#restart,
      ...(close ? [iconButton("close", "Close", close)] : []),
      ...(subtitle ? [createElement("p", { dir: "auto" }, subtitle)] : []),
    );
  }

  #createForm(): HTMLFormElement {
    const input = this.#input;
    input.onkeydown = (event) => {
      // While an input method composes a character, Enter accepts it.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#form.requestSubmit();
    };
    const send = createElement("button", { type: "submit", attributes: { "aria-label": "Send" } }, createIcon("send"));
    const onsubmit = (event: Event) => {
      event.preventDefault();
      this.#ask(input.value.trim());
    };
    return createElement("form", { onsubmit }, input, send);
  }

  #ask(text: string): void {
    if (text === "" || this.#isWaiting) return;
    this.#input.value = "";
    this.#input.focus();
    this.#actions.ask(text);
  }

  /** Suggests prompts before the first message, and a new conversation after it. */
  #showOffers(): void {
    const isEmpty = this.#log.childElementCount === 0;
    this.#prompts.hidden = !isEmpty;
    this.#restart.hidden = isEmpty;
  }
}

/** The longest message that the API takes; `npm run generate` puts it in from the document. */
declare const maxMessageLength: number;

function iconButton(icon: Parameters<typeof createIcon>[0], label: string, onclick: () => void): HTMLButtonElement {
  const attributes = { "aria-label": label, title: label };
  return createElement("button", { type: "button", className: "icon", onclick, attributes }, createIcon(icon));
}

/** Scrolls the panel to the beginning of a part, and the page around it not at all. */
function reveal(part: HTMLElement): void {
  part.closest(".scroll")?.scrollTo(0, part.offsetTop - 16);
}
