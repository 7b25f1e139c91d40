import { printableText } from "../../spec/text/printable-text.ts";
import type { WebhookAsReceived } from "./check-signature.ts";

/** What an event says of itself; texts are safe to print. */
export interface EventSummary {
  readonly type: string;
  readonly widget: string;
  readonly id: string;
}

/** Reads what an event is about. It may be anything: nothing in it is trusted. */
export function summarizeEvent({ headers, body }: WebhookAsReceived): EventSummary {
  const event = parsed(body);
  const data = memberOf(event, "data");
  return {
    type: shown(memberOf(event, "type"), "(no type)"),
    widget: shown(memberOf(data, "id"), "-"),
    id: shown(headers["webhook-id"], "(no webhook-id)"),
  };
}

/** The headers and the body, a line each, for reading; JSON with an indent. */
export function describeMessage(headers: Readonly<Record<string, string | undefined>>, body: Buffer): string[] {
  const json = parsed(body);
  const text = json === undefined ? body.toString() : JSON.stringify(json, null, 2);
  const lines = Object.entries(headers).map(([name, value = ""]) => `${name}: ${value}`);
  return [...lines, ...(text === "" ? [] : text.split("\n"))].map((line) => `  | ${printableText(line, 2000)}`);
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function shown(value: unknown, otherwise: string): string {
  return typeof value === "string" && value !== "" ? printableText(value, 80) : otherwise;
}
