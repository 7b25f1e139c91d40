import { boundReached } from "../bounds.ts";
import { Refusal } from "../refusal.ts";
import { deliveryAsJson } from "../world/webhooks/delivery.ts";
import { checkEndpoint, defaultSecret, type Endpoint, randomSecret } from "../world/webhooks/endpoint.ts";
import type { NamedEndpoint } from "../world/world.ts";
import { addedEndpoints } from "./added-endpoints.ts";
import type { ControlOutput, Controls } from "./control-types.ts";
import { deliveriesSettled, withinSettleTime } from "./deliveries-settled.ts";
import { ownershipOf } from "./ownership.ts";
import { defaultsIn, defaultsToChange, type Scope, worldsIn } from "./scope.ts";

type WebhookOperation =
  | "listEndpoints"
  | "addEndpoint"
  | "removeEndpoint"
  | "setDeliveryFaults"
  | "listDeliveries"
  | "resendDelivery"
  | "settleDeliveries";

/** Controls of webhook endpoints and deliveries. */
export const webhookControls: Controls<WebhookOperation> = {
  listEndpoints: ({ scope }) => ({ endpoints: endpointsIn(scope) }),

  addEndpoint({ scope, input }) {
    const { url, secret = usualSecretIn(scope), faults = scope.engine.defaultDeliveryFaults } = input;
    checkEndpoint(input);
    // Code in this process is that of whoever runs the mock.
    if (scope.access === undefined) scope.engine.targets.trust(url);
    requireRoom(scope);
    requireQuota(scope);
    const defaults = defaultsToChange(scope);
    if (!defaults) return { ...addTo(scope, { url, secret, faults }) };
    // One that belongs to every world has the same id in each.
    defaults.endpointCount++;
    const added = { url, secret, faults, id: `whe_all_${defaults.endpointCount}` };
    addTo(scope, added);
    defaults.endpoints = [...defaults.endpoints, added];
    return asAdded(added);
  },

  removeEndpoint({ scope, input: { endpoint_id: id } }) {
    const endpoint = findEndpoint(scope, id);
    for (const { webhooks } of worldsIn(scope)) webhooks.removeEndpoint(id);
    const defaults = defaultsToChange(scope);
    if (defaults) defaults.endpoints = defaults.endpoints.filter((one) => one.id !== id);
    return endpoint;
  },

  setDeliveryFaults({ scope, input: { endpoint_id: id, ...faults } }) {
    for (const { webhooks } of worldsIn(scope)) webhooks.endpoints.change(id, { faults });
    const defaults = defaultsToChange(scope);
    if (defaults) defaults.endpoints = defaults.endpoints.map((one) => (one.id === id ? { ...one, faults } : one));
    return findEndpoint(scope, id);
  },

  listDeliveries: ({ scope }) => deliveriesIn(scope),

  async resendDelivery({ scope, input: { delivery_id: id } }) {
    const { quotas } = scope.engine;
    const { organization } = scope;
    if (organization !== undefined) {
      quotas.requireRoom(organization, "deliveries_per_day", quotas.deliveriesOf(organization));
    }
    for (const { webhooks } of worldsIn(scope)) {
      const delivery = webhooks.resend(id);
      if (!delivery) continue;
      const attempt = webhooks.waitForAttempt(delivery);
      return deliveryAsJson((await withinSettleTime(scope, attempt)) ?? delivery);
    }
    throw new Refusal("no_delivery", { values: { id } });
  },

  async settleDeliveries({ scope }) {
    await deliveriesSettled(scope);
    return deliveriesIn(scope);
  },
};

/** @throws Refusal if an organization has as many endpoints as it may */
function requireRoom(scope: Scope): void {
  const { bounds } = scope.engine;
  const counts = worldsIn(scope).map(({ webhooks }) => webhooks.endpoints.size);
  const most = Math.max(defaultsIn(scope)?.endpoints.length ?? 0, ...counts);
  if (most >= bounds.maxEndpoints) throw boundReached("maxEndpoints", bounds);
}

/** @throws Refusal if an organization has added as many endpoints as it may */
function requireQuota({ engine, organization }: Scope): void {
  if (organization === undefined) return;
  const { webhooks } = engine.worlds.worldOf(organization);
  const count = addedEndpoints(engine.worlds.defaults.endpoints, webhooks.endpoints.ids());
  engine.quotas.requireRoom(organization, "endpoints", count);
}

type EndpointOutput = ControlOutput<"addEndpoint">;

function addTo(scope: Scope, endpoint: Omit<NamedEndpoint, "id"> & { readonly id?: string }): Endpoint {
  const [first = asAdded({ id: "", ...endpoint })] = worldsIn(scope).map(({ webhooks }) =>
    webhooks.endpoints.add(endpoint),
  );
  return first;
}

/** The endpoints that there are, of new worlds too; each once, and without secrets that are not the caller's. */
function endpointsIn(scope: Scope): EndpointOutput[] {
  const owns = ownershipOf(scope);
  return allEndpointsIn(scope).map(({ secret, ...shown }) => (owns(shown) ? { ...shown, secret } : shown));
}

function allEndpointsIn(scope: Scope): Endpoint[] {
  const ofEveryWorld = defaultsIn(scope)?.endpoints.map(asAdded) ?? [];
  const present = worldsIn(scope).flatMap(({ webhooks }) => [...webhooks.endpoints.values()]);
  const isEnabled = (id: string) => present.every((one) => one.id !== id || one.enabled);
  const ofOneWorld = present.filter(({ id }) => !ofEveryWorld.some((one) => one.id === id));
  return [
    ...ofEveryWorld.map((one) => ({ ...one, enabled: isEnabled(one.id) })),
    ...ofOneWorld.map((one) => ({ ...one })),
  ];
}

function findEndpoint(scope: Scope, id: string): EndpointOutput {
  const endpoint = endpointsIn(scope).find((one) => one.id === id);
  if (!endpoint) throw new Refusal("no_endpoint", { values: { id } });
  return endpoint;
}

/** Everybody knows the default: a stranger's receiver would take webhooks of anybody who signs with it. */
function usualSecretIn({ engine, organization }: Scope): string {
  return organization !== undefined && engine.organizations.has(organization) ? randomSecret() : defaultSecret;
}

function asAdded({ id, url, secret = defaultSecret, faults = {} }: NamedEndpoint): Endpoint {
  return { id, url, secret, enabled: true, faults };
}

function deliveriesIn(scope: Scope): ControlOutput<"listDeliveries"> {
  return { deliveries: worldsIn(scope).flatMap(({ webhooks }) => webhooks.deliveries.all().map(deliveryAsJson)) };
}
