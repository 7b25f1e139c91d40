import { isJsonObject, type Json } from "../merge-patch.ts";
import { unknownName } from "../nearest.ts";
import { parseJsonFile } from "./parse-json-file.ts";

/** Something that is accepted until a date. */
export interface KnownEntry {
  /** Why it is accepted, such as a link to an issue. */
  readonly reason: string;
  /** Last day on which it is accepted (UTC), such as 2027-01-15. */
  readonly expires: string;
}

/** What the entries of a file are called. */
export interface KnownNames {
  /** In one word: `rule`. */
  readonly kind: string;
  readonly names: readonly string[];
}

/**
 * Reads what is accepted: a JSON object from names to `{"reason": "…", "expires": "2027-01-15"}`.
 * @throws RangeError that says what is wrong
 */
export function readKnownEntries(text: string, { kind, names }: KnownNames): Readonly<Record<string, KnownEntry>> {
  const json = parseJsonFile(text);
  if (!isJsonObject(json)) throw new RangeError(`must be a JSON object from ${kind} ids to {"reason", "expires"}`);
  return Object.fromEntries(
    Object.entries(json).map(([name, entry]) => {
      if (!names.includes(name)) throw new RangeError(unknownName(kind, name, names));
      return [name, checkEntry(name, entry)];
    }),
  );
}

function checkEntry(name: string, entry: Json): KnownEntry {
  const { reason, expires, ...others } = isJsonObject(entry) ? entry : {};
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new RangeError(unknownName(`property of ${name}`, unknown, ["reason", "expires"]));
  if (typeof reason !== "string" || reason.trim() === "") throw new RangeError(`${name}: missing "reason"`);
  if (expires === undefined) throw new RangeError(`${name}: missing "expires", a date such as "2027-01-15"`);
  if (typeof expires !== "string" || !isDate(expires)) {
    throw new RangeError(`${name}: "expires" must be a date such as "2027-01-15", got ${JSON.stringify(expires)}`);
  }
  return { reason, expires };
}

function isDate(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
