import { defaultSecret } from "../../mock/world/webhooks/endpoint.ts";
import { withoutPasswords } from "../../spec/shown-url.ts";
import type { Invocation } from "../command-line/command.ts";
import { explainControlError } from "../ctl/run-verb.ts";
import { onStopSignal } from "../stop-signals.ts";
import { followDeliveries } from "./follow-deliveries.ts";
import { WebhookHandler } from "./handle-webhook.ts";
import { receiveWebhooks } from "./receive.ts";
import type { listenCommand } from "./webhook-flags.ts";

/** Receives webhooks until it is stopped by a signal. */
export async function listenForWebhooks({ flags, stdout }: Invocation<typeof listenCommand.flags>): Promise<number> {
  const { forwardTo, secret, port, from, apiKey, controlToken, verbose } = flags;
  const print = (line: string) => void stdout.write(`${line}\n`);
  const secrets = secret ?? [defaultSecret];
  const handler = new WebhookHandler({ secrets, forwardTo, isVerbose: verbose, print });
  const stopped = new AbortController();
  onStopSignal({ first: () => stopped.abort() });
  const toward = forwardTo === undefined ? "" : `, forwarding to ${withoutPasswords(forwardTo)}`;
  if (from !== undefined) {
    const remote = { url: from.replace(/\/$/, ""), apiKey, controlToken };
    await followDeliveries(remote, {
      secret: secrets[0],
      onReady: () => print(`taking webhooks from ${withoutPasswords(from)}${toward}; Ctrl-C stops`),
      handle: (webhook) => handler.handle(webhook),
      print,
      signal: stopped.signal,
    }).catch((error: unknown) => {
      throw explainControlError(error, remote, "--from");
    });
    return 0;
  }
  const { url, close } = await receiveWebhooks(port, (webhook) => handler.handle(webhook));
  print(`listening for webhooks on ${url}${toward}; Ctrl-C stops`);
  await new Promise<void>((resolve) => stopped.signal.addEventListener("abort", () => resolve()));
  close();
  return 0;
}
