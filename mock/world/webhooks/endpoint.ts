import { mustBe, OptionError } from "../../option-error.ts";

/** What is done on purpose to the events of an endpoint. */
export interface DeliveryFaults {
  /** Every event is sent twice, with the same `webhook-id`. */
  readonly duplicate?: boolean;
  /** No event is sent. */
  readonly drop?: boolean;
  /** Every other event waits ten seconds, so that later ones overtake it. */
  readonly reorder?: boolean;
  /** Every event waits this long. */
  readonly delaySeconds?: number;
  /** Signatures are made with another secret. */
  readonly corruptSignature?: boolean;
}

/** An endpoint as it is asked for. */
export interface EndpointOptions {
  readonly url: string;
  /** `whsec_` and 24 to 64 bytes in base64; a secret known to all where none is given. */
  readonly secret?: string;
  readonly faults?: DeliveryFaults;
}

/** Where events go. */
export interface Endpoint {
  readonly id: string;
  readonly url: string;
  /** `whsec_` and 24 to 64 bytes in base64 (Standard Webhooks 1.0). */
  readonly secret: string;
  enabled: boolean;
  faults: DeliveryFaults;
}

/** The secret of endpoints that are given none: known to all, as befits a mock. */
export const defaultSecret = "whsec_d2lkZ2V0cy1tb2NrLWRlZmF1bHQtc2VjcmV0";

/**
 * Checks an endpoint before it is added.
 * @param path where the endpoint stands among the options, such as `webhooks[0].`
 * @throws OptionError whose field is the path with `url` or `secret`
 */
export function checkEndpoint({ url, secret = defaultSecret }: EndpointOptions, path = ""): void {
  if (!isWebhookUrl(url)) {
    throw new OptionError(`${path}url`, mustBe("an http or https URL without user name and password", url));
  }
  if (!isWebhookSecret(secret)) {
    // The value stays out of the message: it may be a secret in use elsewhere.
    throw new OptionError(`${path}secret`, 'must be "whsec_" followed by 24 to 64 bytes in base64');
  }
}

function isWebhookUrl(url: unknown): boolean {
  if (typeof url !== "string" || !URL.canParse(url)) return false;
  const { protocol, username, password } = new URL(url);
  return /^https?:$/.test(protocol) && username === "" && password === "";
}

function isWebhookSecret(secret: unknown): boolean {
  const encoded = typeof secret === "string" ? /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1] : undefined;
  const bytes = encoded === undefined ? 0 : Math.floor((encoded.replaceAll("=", "").length * 3) / 4);
  return bytes >= 24 && bytes <= 64;
}
