import { Webhook } from "standardwebhooks";

/** The headers of an attempt by Standard Webhooks 1.0. */
export function signatureHeaders(secret: string, id: string, body: string, at: number): Record<string, string> {
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at / 1000)),
    "webhook-signature": new Webhook(secret).sign(id, new Date(at), body),
  };
}
