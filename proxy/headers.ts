/** A name and a value, as they were on the wire; every name may come more than once. */
export type HeaderLine = readonly [name: string, value: string];

/** Fields that are about one connection, besides those that `Connection` names (RFC 9110, section 7.6.1). */
const ofOneConnection = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Pairs up a flat list of names and values, as Node and undici have raw headers; bytes are kept as Latin-1. */
export function headerLines(raw: readonly (string | Buffer)[]): HeaderLine[] {
  const text = (part: string | Buffer | undefined) =>
    typeof part === "string" ? part : (part?.toString("latin1") ?? "");
  return Array.from({ length: raw.length / 2 }, (_, n): HeaderLine => [text(raw[2 * n]), text(raw[2 * n + 1])]);
}

/** The lines that a proxy passes on: all but those that are about one connection. */
export function forwardedLines(lines: readonly HeaderLine[]): HeaderLine[] {
  const named = valuesOf(lines, "connection").flatMap((value) =>
    value.split(",").map((name) => name.trim().toLowerCase()),
  );
  const dropped = new Set([...ofOneConnection, ...named]);
  return lines.filter(([name]) => !dropped.has(name.toLowerCase()));
}

/** The values of a field, one for each of its lines. */
export function valuesOf(lines: readonly HeaderLine[], wanted: string): string[] {
  return lines.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
}

/** The fields by their names in small letters, the lines of each joined. */
export function fieldsOf(lines: readonly HeaderLine[]): { readonly [name: string]: string } {
  const fields = new Map<string, string>();
  for (const [name, value] of lines) {
    const key = name.toLowerCase();
    const before = fields.get(key);
    fields.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(fields);
}
