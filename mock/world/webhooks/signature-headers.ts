import { Webhook } from "standardwebhooks";

/** The signed content of a webhook. */
export interface SignedContent {
  /** The `webhook-id`. */
  readonly id: string;
  readonly body: string;
}

/**
 * Signs a webhook by Standard Webhooks 1.0.
 * @param at milliseconds since the epoch
 * @returns its headers
 */
export function signatureHeaders(secret: string, { id, body }: SignedContent, at: number): Record<string, string> {
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at / 1000)),
    "webhook-signature": new Webhook(secret).sign(id, new Date(at), body),
  };
}
