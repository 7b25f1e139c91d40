import { printableText } from "../../spec/text/printable-text.ts";
import { problemOfSignature, type WebhookAsReceived } from "./check-signature.ts";
import { describeMessage, summarizeEvent } from "./event-line.ts";
import { postBytes } from "./post-bytes.ts";
import type { WebhookAnswer } from "./receive.ts";

/** What to do with webhooks. */
export interface WebhookHandling {
  readonly secrets: readonly string[];
  readonly forwardTo: string | undefined;
  readonly isVerbose: boolean;
  readonly print: (line: string) => void;
}

/** Headers that belong to a connection, and not to the webhook. */
const ofConnection = new Set([
  ...["host", "connection", "keep-alive", "transfer-encoding", "content-length", "upgrade", "te", "trailer"],
  ...["proxy-authorization", "proxy-connection", "expect", "accept-encoding"],
]);
/** So many ids are remembered, to tell what comes again. */
const maxIds = 10_000;

/** Verifies webhooks, prints them and passes them on. */
export class WebhookHandler {
  readonly #handling: WebhookHandling;
  readonly #times = new Map<string, number>();
  /** The webhook that was printed last: several may be on their way at once. */
  #printed: WebhookAsReceived | undefined;

  constructor(handling: WebhookHandling) {
    this.#handling = handling;
  }

  /** @returns the answer for the sender: the receiver's own, if there is one */
  async handle(webhook: WebhookAsReceived): Promise<WebhookAnswer> {
    const { secrets, forwardTo, isVerbose, print } = this.#handling;
    const problem = problemOfSignature(webhook, { secrets, now: Date.now() });
    const { type, widget, id } = summarizeEvent(webhook);
    const times = this.#count(id);
    const time = new Date().toTimeString().slice(0, 8);
    this.#printed = webhook;
    const again = times === 1 ? [] : [`again, ${times} times now`];
    print([time, type, widget, id, ...again, problem === undefined ? "signature ok" : `BAD: ${problem}`].join("  "));
    if (isVerbose) for (const line of describeMessage(webhook.headers, webhook.body)) print(line);
    if (forwardTo === undefined) return { status: problem === undefined ? 204 : 400 };
    return this.#forward(forwardTo, webhook, problem === undefined);
  }

  async #forward(url: string, webhook: WebhookAsReceived, isValid: boolean): Promise<WebhookAnswer> {
    const { isVerbose, print } = this.#handling;
    const { headers, body } = webhook;
    const whose = () => (this.#printed === webhook ? "" : ` to ${summarizeEvent(webhook).id}`);
    try {
      const kept = Object.entries(headers).flatMap(([name, value]) =>
        value === undefined || ofConnection.has(name) ? [] : [[name, value] as const],
      );
      const answer = await postBytes(url, Object.fromEntries(kept), body);
      const { status, header, ms } = answer;
      const text = isVerbose ? "" : printableText(answer.body.toString().trim().replaceAll(/\s+/g, " "), 200);
      print(
        [`  -> ${status} in ${ms} ms${whose()}`, ...adviceFor(status, isValid), ...(text === "" ? [] : [text])].join(
          "  ",
        ),
      );
      if (isVerbose) for (const line of describeMessage({}, answer.body)) print(line);
      const passed = ["content-type", "retry-after"].flatMap((name) => {
        const value = header(name);
        return value === undefined ? [] : [[name, value] as const];
      });
      return { status, headers: Object.fromEntries(passed), body: answer.body };
    } catch (error) {
      print(`  -> no answer${whose()}: ${printableText((error as Error).message)}`);
      return { status: 502 };
    }
  }

  #count(id: string): number {
    const times = (this.#times.get(id) ?? 0) + 1;
    this.#times.delete(id);
    this.#times.set(id, times);
    const [oldest] = this.#times.size > maxIds ? this.#times.keys() : [];
    if (oldest !== undefined) this.#times.delete(oldest);
    return times;
  }
}

/** What is wrong with a receiver's answer, where its status says so. */
function adviceFor(status: number, isValid: boolean): string[] {
  if (status >= 300 && status < 400) return ["senders follow no redirect: take the webhook at this URL"];
  const isAccepted = status < 300;
  if (isAccepted === isValid || status >= 500 || status === 429) return [];
  return [
    isAccepted
      ? "accepted all the same: does it verify signature and time, by the same secret?"
      : "though the signature is right: `widgets-mock send --all` finds out why",
  ];
}
