import { defaultSecret } from "../../mock/world/webhooks/endpoint.ts";
import { publishedDocument } from "../../spec/published-document.ts";
import { type Command, configFlag, generalFlags } from "../command-line/command.ts";
import { type Flags, withSecretFiles } from "../command-line/flag.ts";
import { ctlFlags } from "../ctl/ctl-flags.ts";
import { webhookKindNames, webhookKinds } from "./webhook-kinds.ts";

const url = { kind: "text", placeholder: "url", pattern: "https?://.+", expected: "an http or https URL" } as const;
/** A signing secret of Standard Webhooks, with its padding, as the library that verifies takes it. */
const webhookSecret = {
  pattern: "(?=.{38,94}$)whsec_([A-Za-z0-9+/]{4})+([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?",
  expected: "whsec_ and 24 to 64 bytes in base64",
} as const;
const { apiKey, controlToken } = ctlFlags;

/** `widgets-mock listen` and its flags. */
export const listenCommand = {
  name: "listen",
  summary: "Receive webhooks on this machine, verify and forward them",
  description: [
    "Prints a line for each webhook, says why a signature is wrong, and passes the untouched bytes on. Until Ctrl-C.",
  ],
  flags: withSecretFiles({
    forwardTo: {
      ...url,
      group: "Receiver",
      description:
        "Pass each webhook on to this receiver, and its answer back; without it, valid ones get 204 and others 400",
    },
    secret: {
      kind: "text",
      group: "Receiver",
      placeholder: "secret",
      repeatable: true,
      isSecret: true,
      environment: "WIDGETS_WEBHOOK_SECRET",
      ...webhookSecret,
      description: `Secret that webhooks are signed with; several during a change (default ${defaultSecret}, which is public)`,
    },
    port: {
      kind: "integer",
      short: "p",
      group: "Source",
      placeholder: "n",
      min: 0,
      max: 65_535,
      default: 9000,
      conflictsWith: ["from"],
      description: "Port to listen on, of this machine alone; 0 picks a free one",
    },
    from: {
      ...url,
      group: "Source",
      description:
        "Take the webhooks from the event stream of this mock, so that no tunnel is needed: adds an endpoint, and removes it " +
        "at the end",
    },
    apiKey: {
      ...apiKey,
      group: "Source",
      requires: "from",
      description: "With --from: the organization's API key; without it, those of every organization",
    },
    controlToken: {
      ...controlToken,
      group: "Source",
      requires: "from",
      description: "With --from: the token that the mock was started with",
    },
    verbose: { kind: "switch", group: "Output", description: "Print headers and bodies too" },
    ...configFlag,
    ...generalFlags,
  }),
  config: ["listen"],
} as const satisfies Command;

const eventNames = Object.keys(publishedDocument.webhooks ?? {});

const sendFlags = withSecretFiles({
  event: {
    kind: "text",
    positional: true,
    placeholder: "event",
    choices: eventNames,
    default: eventNames[0] ?? "",
    description: "The event to send",
  },
  to: { ...url, group: "Receiver", required: true, description: "The receiver" },
  secret: {
    kind: "text",
    group: "Receiver",
    placeholder: "secret",
    isSecret: true,
    environment: "WIDGETS_WEBHOOK_SECRET",
    ...webhookSecret,
    default: defaultSecret,
    description: "Secret of the receiver",
  },
  as: {
    kind: "text",
    group: "Webhook",
    placeholder: "kind",
    choices: webhookKindNames,
    default: "valid",
    conflictsWith: ["all"],
    description: "What to send",
    values: Object.entries(webhookKinds).map(([kind, { description, expected }]) => [
      kind,
      `${description} (${expected})`,
    ]),
  },
  all: { kind: "switch", group: "Webhook", description: "Send every event, and every kind of the one that is named" },
  json: { kind: "switch", group: "Output", description: "Print the results as JSON" },
  verbose: { kind: "switch", group: "Output", description: "Print headers and bodies too" },
  ...configFlag,
  ...generalFlags,
} as const satisfies Flags);

/** `widgets-mock send` and its flags. */
export const sendCommand = {
  name: "send",
  summary: "Send a webhook to a receiver, also a broken one",
  description: [
    "Exits with 1 if the receiver answers otherwise than it should: 2xx to what it must accept, 4xx to what it must reject.",
  ],
  flags: sendFlags,
  config: ["send"],
} as const satisfies Command;
