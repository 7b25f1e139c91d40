import type { HeaderLookup } from "../http/exchange.ts";

/** A preference for a documented response instead of performing the request. */
export interface Preference {
  /** The status as it was sent; it may not be one of the operation. */
  readonly code: string;
  /** Name of an example of the response. */
  readonly example: string | undefined;
}

/** Reads `Prefer: code=503, example=paused` (RFC 7240). Other preferences are ignored, as the RFC allows. */
export function readPrefer(header: HeaderLookup): Preference | undefined {
  const sent = header("prefer");
  if (sent === undefined) return undefined;
  const preferences = new Map<string, string>();
  for (const part of sent.split(/[,;]/)) {
    const at = part.indexOf("=");
    if (at === -1) continue;
    const value = part.slice(at + 1).trim();
    const isQuoted = value.length > 1 && value.startsWith('"') && value.endsWith('"');
    preferences.set(part.slice(0, at).trim().toLowerCase(), isQuoted ? value.slice(1, -1) : value);
  }
  const code = preferences.get("code");
  return code === undefined ? undefined : { code, example: preferences.get("example") };
}
