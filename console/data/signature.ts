import type { ControlSchemas } from "./client.ts";

type Attempt = ControlSchemas["Attempt"];

/** What the signature of an attempt says, and how it comes about (Standard Webhooks 1.0). */
export interface SignatureCheck {
  /** What is signed: id, timestamp and body, joined by dots. */
  readonly base: string;
  readonly sent: string;
  /** The signature that the endpoint's secret gives; undefined where the browser cannot compute it. */
  readonly expected: string | undefined;
}

/** Computes what the signature of an attempt must be, with the secret of its endpoint. */
export async function checkSignature(
  { headers }: Attempt,
  { body, secret }: { readonly body: string; readonly secret: string },
): Promise<SignatureCheck> {
  const header = (name: string) => String((headers as Record<string, unknown>)[name] ?? "");
  const base = `${header("webhook-id")}.${header("webhook-timestamp")}.${body}`;
  return { base, sent: header("webhook-signature"), expected: await sign(base, secret).catch(() => undefined) };
}

async function sign(text: string, secret: string): Promise<string> {
  const bytes = Uint8Array.from(atob(secret.replace(/^whsec_/, "")), (character) => character.charCodeAt(0));
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const signature = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text));
  return `v1,${btoa(String.fromCharCode(...new Uint8Array(signature)))}`;
}
