import { ChatPanel } from "./chat-panel.ts";
import { createElement, createIcon } from "./element.ts";
import { cannotStart, conversationEnded, noticeOf } from "./notices.ts";
import { themeRules } from "./theme.ts";
import { type EmbedConfig, FailedCall, type OpenConversation, type VisitorApi } from "./visitor-api.ts";
import styles from "./widget.css";

/** What a widget looks like that could not be loaded. */
const fallback = { display_mode: "fab", position: "bottom-right", theme: { mode: "auto" } } as const;

/** A widget in a page: a host element with a shadow root, in which all of it is. */
export class EmbeddedWidget {
  readonly #host: HTMLElement;
  readonly #root: ShadowRoot;
  readonly #theme = new CSSStyleSheet();
  readonly #api: VisitorApi;
  #panel: ChatPanel | undefined;
  #button: HTMLButtonElement | undefined;
  #conversation: OpenConversation | undefined;
  #loading: Promise<void> | undefined;

  /** @param script the tag that embeds it; an inline widget stands behind it */
  constructor(api: VisitorApi, id: string, script: Element) {
    this.#api = api;
    this.#host = createElement("div", { attributes: { "data-widget": id } });
    this.#root = this.#host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    this.#root.adoptedStyleSheets = [sheet, this.#theme];
    // A tag in the head embeds at the end of the page.
    if (document.body.contains(script)) script.after(this.#host);
    else document.body.append(this.#host);
  }

  /** Loads the configuration, and shows the widget or why there is none. */
  load(): Promise<void> {
    this.#loading = this.#load();
    return this.#loading;
  }

  async #load(): Promise<void> {
    this.#conversation = undefined;
    const config = await this.#api.getConfig().catch(asFailedCall);
    if (config instanceof FailedCall) {
      this.#render(undefined);
      this.#panel?.showNotice(this.#reported(config));
      return;
    }
    this.#render(config);
    if (!config.can_start) this.#panel?.showNotice(cannotStart);
  }

  open(): void {
    const dialog = this.#dialog;
    if (!dialog || dialog.open) return;
    if (dialog.classList.contains("fullscreen")) dialog.showModal();
    else dialog.show();
    this.#button?.setAttribute("aria-expanded", "true");
    this.#panel?.focus();
  }

  close(): void {
    const dialog = this.#dialog;
    if (!dialog?.open) return;
    dialog.close();
    this.#button?.setAttribute("aria-expanded", "false");
    this.#button?.focus();
  }

  remove(): void {
    this.#host.remove();
  }

  get #dialog(): HTMLDialogElement | undefined {
    return this.#panel?.element instanceof HTMLDialogElement ? this.#panel.element : undefined;
  }

  /** Renders all of it anew. A panel that was open stays open, with what the visitor has begun to write. */
  #render(config: EmbedConfig | undefined): void {
    const wasOpen = this.#dialog?.open ?? false;
    const draft = this.#panel?.draft;
    const { display_mode: mode, position, theme } = config ?? fallback;
    this.#theme.replaceSync(themeRules(theme));
    const isInline = mode === "inline";
    this.#panel = new ChatPanel(config, {
      ask: (text) => void this.#ask(text),
      load: () => void this.load().then(() => this.#panel?.focus()),
      close: isInline ? undefined : () => this.close(),
    });
    this.#panel.element.classList.add(mode);
    this.#button = isInline ? undefined : this.#createButton(config);
    const className = ["widget", ...position.split("-"), theme.mode ?? "dark"].join(" ");
    this.#root.replaceChildren(
      createElement("div", { className }, this.#panel.element, ...(this.#button ? [this.#button] : [])),
    );
    this.#dialog?.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      this.close();
    });
    this.#panel.showNotice(undefined, draft);
    if (wasOpen) this.open();
  }

  #createButton(config: EmbedConfig | undefined): HTMLButtonElement {
    const label = config ? config.button_label || "Chat" : "Chat is not available";
    const isShown = config?.show_label && config.button_label;
    return createElement(
      "button",
      {
        type: "button",
        className: "launcher",
        onclick: () => (this.#dialog?.open ? this.close() : this.open()),
        attributes: { "aria-label": label, "aria-expanded": "false", "aria-haspopup": "dialog" },
      },
      createIcon("chat"),
      ...(isShown ? [createElement("span", { dir: "auto" }, label)] : []),
    );
  }

  /** Sends what the visitor asks, in a conversation that the first question starts. */
  async #ask(text: string): Promise<void> {
    if (this.#panel) this.#panel.isWaiting = true;
    // What is asked while a new conversation is prepared belongs to that one.
    await this.#loading;
    const panel = this.#panel;
    if (!panel) return;
    panel.showNotice(undefined);
    const takeBack = panel.showMessage("visitor", text);
    panel.isWaiting = true;
    const reply = await this.#send(text).catch(asFailedCall);
    // Meanwhile a new conversation may have begun.
    if (panel !== this.#panel) return;
    panel.isWaiting = false;
    if (!(reply instanceof FailedCall)) {
      panel.showMessage("widget", reply.text);
      return;
    }
    takeBack();
    panel.showNotice(this.#reported(reply), text);
    if (this.#conversation && [401, 404, 410].includes(reply.status)) await this.#end(panel);
  }

  async #send(text: string) {
    this.#conversation ??= await this.#api.start();
    return this.#api.send(this.#conversation, text);
  }

  /** Says whether the conversation alone has ended, or the widget was deleted. */
  async #end(panel: ChatPanel): Promise<void> {
    const config = await this.#api.getConfig().catch(asFailedCall);
    if (panel !== this.#panel) return;
    panel.showNotice(config instanceof FailedCall ? noticeOf(config) : conversationEnded);
    panel.end();
  }

  /** The notice of a failure, which the developer tools show too. */
  #reported(error: FailedCall) {
    const notice = noticeOf(error);
    console.warn(`Widget ${this.#host.dataset["widget"]}: ${notice.title}. ${notice.detail}`);
    return notice;
  }
}

function asFailedCall(error: unknown): FailedCall {
  return error instanceof FailedCall ? error : new FailedCall(0, "", String(error));
}
