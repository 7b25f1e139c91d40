import type { Delivery } from "../world/webhooks/delivery.ts";
import {
  checkEndpoint,
  type DeliveryFaults,
  defaultSecret,
  type Endpoint,
  type EndpointOptions,
} from "../world/webhooks/endpoint.ts";
import type { NamedEndpoint } from "../world/world.ts";
import { checkFit } from "./fit.ts";
import { defaultsIn, type Scope, worldsIn } from "./scope.ts";

/**
 * Lets events go to an address from now on.
 * @returns the endpoint; its id is the same in every world that is concerned
 * @throws OptionError if the URL or the secret is invalid, RangeError for an unknown member
 */
export function addEndpoint(scope: Scope, options: EndpointOptions): Endpoint {
  const { engine, organization } = scope;
  const { url, secret = defaultSecret, faults = engine.defaultDeliveryFaults } = options;
  checkEndpoint(options);
  checkFit("addEndpoint", options);
  if (organization !== undefined)
    return engine.worlds.worldOf(organization).webhooks.addEndpoint({ url, secret, faults });
  const { defaults } = engine.worlds;
  defaults.endpointCount++;
  const added = { url, secret, faults, id: `whe_all_${defaults.endpointCount}` };
  for (const { webhooks } of worldsIn(scope)) webhooks.addEndpoint(added);
  defaults.endpoints = [...defaults.endpoints, added];
  return asMade(added);
}

/** Sends no more events to an endpoint; undefined where there is none with this id. */
export function removeEndpoint(scope: Scope, id: string): Endpoint | undefined {
  const endpoint = endpoints(scope).find((one) => one.id === id);
  for (const { webhooks } of worldsIn(scope)) webhooks.removeEndpoint(id);
  const defaults = defaultsIn(scope);
  if (defaults) defaults.endpoints = defaults.endpoints.filter((one) => one.id !== id);
  return endpoint;
}

/** Replaces what is done on purpose to the events of an endpoint; undefined where there is none with this id. */
export function changeFaults(scope: Scope, id: string, faults: DeliveryFaults): Endpoint | undefined {
  for (const { webhooks } of worldsIn(scope)) {
    const endpoint = webhooks.endpoints.get(id);
    if (endpoint) endpoint.faults = faults;
  }
  const defaults = defaultsIn(scope);
  if (defaults) defaults.endpoints = defaults.endpoints.map((one) => (one.id === id ? { ...one, faults } : one));
  return endpoints(scope).find((one) => one.id === id);
}

/** The endpoints that there are, in worlds to come too; each once. */
export function endpoints(scope: Scope): Endpoint[] {
  const toCome = defaultsIn(scope)?.endpoints.map(asMade) ?? [];
  const there = worldsIn(scope).flatMap(({ webhooks }) => [...webhooks.endpoints.values()]);
  const isEnabled = (id: string) => there.every((one) => one.id !== id || one.enabled);
  // An endpoint of every world is told once.
  return [
    ...toCome.map((one) => ({ ...one, enabled: isEnabled(one.id) })),
    ...there.filter(({ id }) => !toCome.some((one) => one.id === id)),
  ];
}

/** Every delivery that is remembered, with its attempts, oldest first. */
export function deliveries(scope: Scope): Delivery[] {
  return worldsIn(scope).flatMap(({ webhooks }) => webhooks.deliveries());
}

/**
 * Sends an event again.
 * @returns the delivery; undefined where its id is not known, or its endpoint is gone
 */
export function redeliver(scope: Scope, id: string): Delivery | undefined {
  for (const { webhooks } of worldsIn(scope)) {
    const delivery = webhooks.redeliver(id);
    if (delivery) return delivery;
  }
  return undefined;
}

/** Waits for the attempt of a delivery that is due or under way. */
export async function attempted(scope: Scope, delivery: Delivery): Promise<void> {
  await Promise.all(worldsIn(scope).map(({ webhooks }) => webhooks.waitForAttempt(delivery)));
}

/** Waits until nothing is under way any more. */
export async function settled(scope: Scope): Promise<void> {
  await Promise.all(worldsIn(scope).map(({ webhooks }) => webhooks.settled()));
}

function asMade({ id, url, secret = defaultSecret, faults = {} }: NamedEndpoint): Endpoint {
  return { id, url, secret, enabled: true, faults };
}
