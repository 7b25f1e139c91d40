import type { ShownEndpoint } from "../world/webhooks/endpoint.ts";
import type { Scope } from "./scope.ts";

/** Tells which webhook endpoints are the caller's own: their secrets are shown to nobody else. */
export function ownershipOf({
  engine,
  organization,
  access,
}: Scope): (endpoint: Pick<ShownEndpoint, "id" | "url">) => boolean {
  const isOfEveryWorld = ({ id, url }: Pick<ShownEndpoint, "id" | "url">) =>
    engine.worlds.defaults.endpoints.some((one) => one.id === id && one.url === url);
  if (access === "organization") return (endpoint) => !isOfEveryWorld(endpoint);
  // Without a token, whoever is on this machine may use every key.
  if (access === undefined || engine.controlToken === undefined || organization !== undefined) return () => true;
  return isOfEveryWorld;
}
