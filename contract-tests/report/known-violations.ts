import { isJsonObject, type Json } from "../../spec/merge-patch.ts";
import { unknownName } from "../../spec/nearest.ts";
import { publishedDocument } from "../../spec/published-document.ts";

/** Breaches that somebody knows of, by the rules' ids. */
export interface KnownRules {
  readonly [rule: string]: KnownRule;
}

export interface KnownRule {
  /** Why it is no news, such as a link to where it is worked on. */
  readonly reason: string;
  /** The last day on which it does not count, as in 2026-09-01, in UTC. */
  readonly expires: string;
}

/** What is known of a rule, on the day of a report. */
export interface Known extends KnownRule {
  /** Whether it counts again. */
  readonly isExpired: boolean;
}

/** What is known of a rule, on a day. */
export function knownOn(today: string, { reason, expires }: KnownRule): Known {
  return { reason, expires, isExpired: today > expires };
}

/** What is known of a breach, in a line. */
export function knownText({ reason, expires, isExpired }: Known): string {
  return isExpired ? `until ${expires}, which is over, so that it counts: ${reason}` : `until ${expires}: ${reason}`;
}

/**
 * Reads a list of known breaches: a JSON object from rule ids to `{"reason": "…", "expires": "2026-09-01"}`.
 * @throws RangeError that says what is wrong with it
 */
export function readKnown(text: string): KnownRules {
  const read = parsed(text);
  if (!isJsonObject(read)) throw new RangeError('takes a JSON object from rule ids to {"reason", "expires"}.');
  return Object.fromEntries(Object.entries(read).map(([id, entry]) => [id, checked(id, entry)]));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RangeError(`is not JSON: ${(error as Error).message.split("\n")[0]}`);
  }
}

function checked(id: string, entry: Json): KnownRule {
  const rules = Object.keys(publishedDocument["x-rules"]);
  if (!rules.includes(id)) throw new RangeError(unknownName("rule", id, rules));
  const { reason, expires, ...others } = isJsonObject(entry) ? entry : {};
  if (typeof reason !== "string" || reason.trim() === "") throw new RangeError(`${id} needs a "reason".`);
  if (typeof expires !== "string" || !isDay(expires)) {
    throw new RangeError(
      `${id} needs the day on which it "expires", as in "2026-09-01", not ${JSON.stringify(expires)}.`,
    );
  }
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new RangeError(`${id} takes "reason" and "expires", not "${unknown}".`);
  return { reason, expires };
}

function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
