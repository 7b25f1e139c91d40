/** The documented answer that a client asks for, instead of having its request carried out. */
export interface Preference {
  /** As it was sent: whether it is a status of the operation is not known yet. */
  readonly code: string;
  /** Which of the answer's examples. */
  readonly example: string | undefined;
}

/** Reads `Prefer: code=503, example=paused` (RFC 7240); any other preference is ignored, as it may be. */
export function readPrefer(headers: Headers): Preference | undefined {
  const sent = headers.get("prefer");
  if (sent === null) return undefined;
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
