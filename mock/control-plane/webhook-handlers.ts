import {
  addEndpoint,
  attempted,
  changeFaults,
  deliveries,
  endpoints,
  redeliver,
  removeEndpoint,
} from "../controls/webhooks.ts";
import { OptionError } from "../option-error.ts";
import { Refusal } from "../refusal.ts";
import { rejectBody } from "../request/validate-body.ts";
import type { DeliveryFaults, Endpoint, EndpointOptions } from "../world/webhooks/endpoint.ts";
import { deliveryAsJson } from "./as-json.ts";
import type { ControlCall, ControlHandler } from "./control-call.ts";

/** What the control plane does with webhooks: endpoints, their faults, and the log of deliveries. */
export const webhookHandlers = {
  listEndpoints: ({ scope }) => ({ endpoints: endpoints(scope) }),
  addEndpoint({ scope, body }) {
    try {
      return addEndpoint(scope, body as unknown as EndpointOptions);
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      rejectBody([{ pointer: `#/${error.field}`, code: "format", detail: error.problem }]);
    }
  },
  removeEndpoint: (call) => found(call, removeEndpoint(call.scope, endpointIdOf(call))),
  setWebhookFaults: (call) => found(call, changeFaults(call.scope, endpointIdOf(call), call.body as DeliveryFaults)),
  listDeliveries: ({ scope }) => ({ deliveries: deliveries(scope).map(deliveryAsJson) }),
  async redeliver({ scope, params }) {
    const id = params["delivery_id"] ?? "";
    const delivery = redeliver(scope, id);
    if (!delivery) throw new Refusal("no_delivery", { values: { id } });
    await attempted(scope, delivery);
    return deliveryAsJson(delivery);
  },
} satisfies Record<string, ControlHandler>;

function endpointIdOf({ params }: ControlCall): string {
  return params["endpoint_id"] ?? "";
}

function found(call: ControlCall, endpoint: Endpoint | undefined): Endpoint {
  if (!endpoint) throw new Refusal("no_endpoint", { values: { id: endpointIdOf(call) } });
  return endpoint;
}
