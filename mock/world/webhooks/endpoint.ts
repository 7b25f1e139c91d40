import type { components } from "../../control-plane/generated/types.ts";
import { mustBe, OptionError } from "../../option-error.ts";

/** How deliveries to an endpoint misbehave on purpose. */
export type DeliveryFaults = components["schemas"]["DeliveryFaults"];
/** A webhook endpoint to add. */
export type EndpointOptions = components["schemas"]["EndpointOptions"];
/** A webhook endpoint as somebody sees it, with its secret for its owner alone. */
export type ShownEndpoint = components["schemas"]["Endpoint"];
/** A webhook endpoint. */
export type Endpoint = ShownEndpoint & { secret: string };

/** The secret of endpoints without one of their own. It is public. */
export const defaultSecret = "whsec_d2lkZ2V0cy1tb2NrLWRlZmF1bHQtc2VjcmV0";

/** A secret that nobody knows. */
export function randomSecret(): string {
  return `whsec_${btoa(String.fromCharCode(...globalThis.crypto.getRandomValues(new Uint8Array(24))))}`;
}

/** The URL of an endpoint that posts nothing: whoever follows the event stream reads its deliveries. */
export const streamUrl = "stream:deliveries";

/**
 * Checks an endpoint before it is added.
 * @param path where the endpoint stands among the options, such as `webhooks[0].`
 * @throws OptionError whose field is the path with `url` or `secret`
 */
export function checkEndpoint({ url, secret = defaultSecret }: EndpointOptions, path = ""): void {
  if (!isWebhookUrl(url)) {
    throw new OptionError(
      `${path}url`,
      mustBe(`an http or https URL without user name and password, or "${streamUrl}"`, url),
    );
  }
  if (!isWebhookSecret(secret)) {
    // The value stays out of the message: it may be a secret in use elsewhere.
    throw new OptionError(`${path}secret`, 'must be "whsec_" followed by 24 to 64 bytes in base64');
  }
}

function isWebhookUrl(url: unknown): boolean {
  if (url === streamUrl) return true;
  if (typeof url !== "string" || !URL.canParse(url)) return false;
  const { protocol, username, password } = new URL(url);
  return /^https?:$/.test(protocol) && username === "" && password === "";
}

function isWebhookSecret(secret: unknown): boolean {
  const encoded = typeof secret === "string" ? /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1] : undefined;
  const bytes = encoded === undefined ? 0 : Math.floor((encoded.replaceAll("=", "").length * 3) / 4);
  return bytes >= 24 && bytes <= 64;
}
