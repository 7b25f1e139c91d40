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

/** @throws RangeError that says what a secret looks like */
export function checkSecret(secret: string): void {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1];
  const bytes = encoded === undefined ? 0 : Math.floor((encoded.replaceAll("=", "").length * 3) / 4);
  if (bytes < 24 || bytes > 64) {
    throw new RangeError("A webhook secret is whsec_ and 24 to 64 bytes in base64.");
  }
}

/** @throws RangeError that says what an endpoint's address looks like */
export function checkUrl(url: string): void {
  const { protocol, username, password } = URL.canParse(url) ? new URL(url) : new URL("none:");
  if (!/^https?:$/.test(protocol) || username !== "" || password !== "") {
    throw new RangeError(
      `"${url}" is no address for webhooks. Give an http or https address, without a name or password.`,
    );
  }
}
