import { randomUUID } from "node:crypto";
import type { Webhook } from "../../fixtures/types.ts";
import { printableText } from "../../spec/text/printable-text.ts";
import type { Invocation } from "../command-line/command.ts";
import { table } from "../ctl/ctl-text.ts";
import { fixtureText, packageManifest } from "../fixtures/package-fixtures.ts";
import { describeMessage } from "./event-line.ts";
import { postBytes } from "./post-bytes.ts";
import { mistakeOfReceiver } from "./receiver-mistakes.ts";
import type { sendCommand } from "./webhook-flags.ts";
import {
  type WebhookKind,
  type WebhookKindName,
  type WebhookParts,
  webhookKindNames,
  webhookKinds,
} from "./webhook-kinds.ts";

/** What was sent, and how it was answered. */
interface SendResult {
  readonly event: string;
  readonly kind: WebhookKindName;
  readonly description: string;
  readonly expected: WebhookKind["expected"];
  /** The status of each answer, or why there was none. */
  readonly answers: readonly (number | string)[];
  readonly ok: boolean;
}

type SendInvocation = Invocation<typeof sendCommand.flags>;

/** Sends webhooks, and tells whether the receiver answers as it should. */
export async function sendWebhooks(invocation: SendInvocation): Promise<number> {
  const { flags, stdout } = invocation;
  const { event, as, all, json } = flags;
  const events = fixtureEvents();
  const others = [...events.keys()].filter((name) => name !== event);
  const plan: [event: string, kind: WebhookKindName][] = all
    ? [
        ...webhookKindNames.map((kind): [string, WebhookKindName] => [event, kind]),
        ...others.map((name): [string, WebhookKindName] => [name, "valid"]),
      ]
    : [[event, as]];
  const results: SendResult[] = [];
  for (const [name, kind] of plan) {
    const result = await send(invocation, { event: name, kind, body: events.get(name) ?? "" });
    results.push(result);
    if (!json) stdout.write(`${lineOf(result)}\n`);
  }
  const right = results.filter(({ ok }) => ok).length;
  if (json) stdout.write(`${JSON.stringify(results)}\n`);
  else if (all) stdout.write(`${right} of ${results.length} were answered as they should be.\n`);
  const [valid] = results;
  if (all && !json && valid && isRejected(valid)) {
    stdout.write(`${await adviceFor(invocation, events.get(event) ?? "")}\n`);
  }
  return right === results.length ? 0 : 1;
}

async function send(
  { flags: { to, secret, verbose, json }, stdout }: SendInvocation,
  { event, kind, body }: { readonly event: string; readonly kind: WebhookKindName; readonly body: string },
): Promise<SendResult> {
  const { description, expected, make }: WebhookKind = webhookKinds[kind];
  const parts = newParts(body, secret);
  const answers: (number | string)[] = [];
  const show = (lines: readonly string[]) => verbose && !json && stdout.write(`${lines.join("\n")}\n`);
  for (const webhook of make(parts)) {
    show(describeMessage(webhook.headers, Buffer.from(webhook.body)));
    try {
      const answer = await postBytes(to, webhook.headers, webhook.body);
      answers.push(answer.status);
      show([`  -> ${answer.status} in ${answer.ms} ms`, ...describeMessage({}, answer.body)]);
    } catch (error) {
      answers.push(printableText((error as Error).message));
    }
  }
  return { event, kind, description, expected, answers, ok: answers.every((answer) => isRight(answer, expected)) };
}

/** An event of now with a new id. */
function newParts(body: string, secret: string): WebhookParts {
  const now = Date.now();
  return { body: withTime(body, now), secret, id: `msg_${randomUUID().replaceAll("-", "").slice(0, 24)}`, now };
}

/** True if there was an answer, and none was a success. */
function isRejected({ answers }: SendResult): boolean {
  return answers.every((answer) => typeof answer === "number" && (answer < 200 || answer >= 300));
}

/** What may be wrong with a receiver that rejects a valid event. */
async function adviceFor({ flags: { to, secret } }: SendInvocation, body: string): Promise<string> {
  const mistake = await mistakeOfReceiver(to, () => newParts(body, secret));
  if (mistake !== undefined) return `The receiver takes ${mistake}.`;
  return "The receiver rejects a valid event. Has it this secret (--secret), and does it answer 2xx itself, without a redirect?";
}

/** A webhook is accepted by 2xx and rejected by 4xx: a server error is neither. */
function isRight(answer: number | string, expected: WebhookKind["expected"]): boolean {
  if (typeof answer === "string") return false;
  return expected === "accept" ? answer >= 200 && answer < 300 : answer >= 400 && answer < 500;
}

function lineOf({ event, kind, description, expected, answers, ok }: SendResult): string {
  const should = ok ? "" : `; should ${expected} it (${expected === "accept" ? "2xx" : "4xx"}): ${description}`;
  return table([[ok ? "ok " : "BAD", event.padEnd(19), kind.padEnd(17), `${answers.join(", ")}${should}`]]);
}

/** The fixtures' event of each type, as JSON. */
function fixtureEvents(): ReadonlyMap<string, string> {
  const events = new Map<string, string>();
  for (const { file, kind, expected } of packageManifest().fixtures) {
    if (kind !== "webhook" || expected) continue;
    const { body } = JSON.parse(fixtureText(file)) as Webhook;
    const { type } = JSON.parse(body);
    if (!events.has(type)) events.set(type, body);
  }
  return events;
}

function withTime(body: string, now: number): string {
  return JSON.stringify({ ...JSON.parse(body), timestamp: new Date(now).toISOString() });
}
