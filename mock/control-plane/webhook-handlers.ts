import type { JsonObject } from "../../spec/merge-patch.ts";
import { Refusal } from "../refusal.ts";
import { refuseBody } from "../request/validate-body.ts";
import { checkSecret, defaultSecret, type Endpoint, type WebhookFaults } from "../world/webhooks/endpoint.ts";
import type { Delivery } from "../world/webhooks/webhooks.ts";
import type { World } from "../world/world.ts";
import { type ControlCall, needed } from "./control-call.ts";

/** What the control plane does with webhooks: endpoints, their faults, and the log of deliveries. */
export const webhookHandlers = {
  listEndpoints: ({ world = needed() }: ControlCall) => ({ endpoints: [...world.webhooks.endpoints.values()] }),
  addEndpoint({ world = needed(), body }: ControlCall) {
    const { url, secret = defaultSecret, faults = {} } = body;
    try {
      checkSecret(String(secret));
    } catch (error) {
      refuseBody([{ pointer: "#/secret", code: "format", detail: `is none. ${(error as Error).message}` }]);
    }
    return world.webhooks.addEndpoint(String(url), String(secret), faults as WebhookFaults);
  },
  removeEndpoint({ world = needed(), params }: ControlCall) {
    const endpoint = endpointOf(world, params);
    world.webhooks.removeEndpoint(endpoint);
    return endpoint;
  },
  setWebhookFaults({ world = needed(), params, body }: ControlCall) {
    const endpoint = endpointOf(world, params);
    endpoint.faults = body as WebhookFaults;
    return endpoint;
  },
  listDeliveries: ({ world = needed() }: ControlCall) => ({
    deliveries: world.webhooks.deliveries().map(deliveryAsJson),
  }),
  async redeliver({ world = needed(), params }: ControlCall) {
    const id = params["delivery_id"] ?? "";
    if (!world.webhooks.redeliver(id)) throw new Refusal("no_delivery", { values: { id } });
    await world.webhooks.settled();
    return deliveryAsJson(world.webhooks.deliveries().find((delivery) => delivery.id === id) as Delivery);
  },
};

function endpointOf({ webhooks }: World, params: ControlCall["params"]): Endpoint {
  const id = params["endpoint_id"] ?? "";
  const endpoint = webhooks.endpoints.get(id);
  if (!endpoint) throw new Refusal("no_endpoint", { values: { id } });
  return endpoint;
}

function deliveryAsJson({ timer, attempts, ...delivery }: Delivery): object {
  const tried = attempts.map(({ at, retryAfterSeconds, ...attempt }): JsonObject => {
    return { ...(attempt as unknown as JsonObject), at: new Date(at).toISOString() };
  });
  return { ...delivery, attempts: tried };
}
