import { withSecretFiles } from "../../command-line/flag.ts";
import * as text from "../ctl-text.ts";
import { argument, verb } from "../verb.ts";

/** Endpoints of webhooks and deliveries. */
export const webhookVerbs = {
  "webhooks list": verb({ flags: {}, run: ({ webhooks }) => webhooks.list(), text: text.endpoints }),
  "webhooks add": verb({
    flags: withSecretFiles({
      endpoint: argument("url", "Where to send events"),
      secret: {
        kind: "text",
        isSecret: true,
        inConfig: false,
        description: 'What to sign them with: "whsec_" and 24 to 64 bytes in base64',
      },
    }),
    run: ({ webhooks }, { endpoint: url, secret }) =>
      webhooks.add({ url, ...(secret === undefined ? {} : { secret }) }),
    text: (endpoint) => `${text.endpoints({ endpoints: [endpoint] })}\nsigned with ${endpoint.secret}`,
  }),
  "webhooks remove": verb({
    flags: { endpoint: argument("id", "Id of the endpoint") },
    run: ({ webhooks }, { endpoint }) => webhooks.remove({ endpoint_id: endpoint }),
    text: ({ id, url }) => `removed ${id}, ${url}`,
  }),
  "deliveries list": verb({ flags: {}, run: ({ deliveries }) => deliveries.list(), text: text.deliveries }),
  "deliveries resend": verb({
    flags: { delivery: argument("id", "Id of the delivery (its webhook-id)") },
    run: ({ deliveries }, { delivery }) => deliveries.resend({ delivery_id: delivery }),
    text: (delivery) => text.deliveries({ deliveries: [delivery] }),
  }),
  "deliveries settle": verb({ flags: {}, run: ({ deliveries }) => deliveries.settle(), text: text.deliveries }),
};
