import type { ErrorObject } from "ajv";
import { closest } from "fastest-levenshtein";
import type { Fault } from "../refusal.ts";

/** More faults than these are not told one by one. */
const mostFaults = 20;

/** Where a schema error is, and what it says to a user; the member in question is part of the place. */
interface Told {
  readonly place: string;
  readonly code: string;
  readonly detail: string;
}

/**
 * The errors of a validator as faults, each told once.
 * @param membersAt the members that an object at a JSON Pointer can have, for "did you mean"
 */
export function faultsOf(
  errors: readonly ErrorObject[],
  membersAt: (place: string) => readonly string[],
  asFault: (told: Told) => Fault,
): Fault[] {
  const faults = new Map<string, Fault>();
  for (const error of errors) {
    if (isEcho(error, errors)) continue;
    const told = tell(error, membersAt);
    faults.set(`${told.place} ${told.code}`, asFault(told));
    if (faults.size === mostFaults) break;
  }
  return [...faults.values()];
}

/** A sentence of the first faults. */
export function summary(what: string, faults: readonly Fault[]): string {
  const shown = faults.slice(0, 3).map(({ pointer, parameter, detail }) => `${pointer ?? parameter} ${detail}`);
  const more = faults.length > shown.length ? `; and ${faults.length - shown.length} more` : "";
  return `The ${what} does not fit: ${shown.join("; ")}${more}.`;
}

/** "X or null" is told as X: that null fits too, and that neither did, says nothing more. */
function isEcho({ keyword, params, instancePath }: ErrorObject, errors: readonly ErrorObject[]): boolean {
  if (keyword === "anyOf") return true;
  if (keyword !== "type" || params["type"] !== "null") return false;
  return errors.some(
    (other) => other.instancePath === instancePath && other.params["type"] !== "null" && other.keyword !== "anyOf",
  );
}

function tell(
  { keyword, params, instancePath, message }: ErrorObject,
  membersAt: (place: string) => readonly string[],
): Told {
  switch (keyword) {
    case "required":
      return { place: `${instancePath}/${escaped(params["missingProperty"])}`, code: keyword, detail: "is required" };
    case "unevaluatedProperties":
    case "additionalProperties": {
      const member = String(params["unevaluatedProperty"] ?? params["additionalProperty"]);
      const members = membersAt(instancePath);
      const hint = members.length > 0 ? `; did you mean "${closest(member, members)}"?` : "";
      return {
        place: `${instancePath}/${escaped(member)}`,
        code: "unknown_member",
        detail: `is no member here${hint}`,
      };
    }
    case "enum":
      return { place: instancePath, code: keyword, detail: `must be one of ${params["allowedValues"].join(", ")}` };
    default:
      return { place: instancePath, code: keyword, detail: message ?? "does not fit" };
  }
}

/** A member's name inside a JSON Pointer (RFC 6901, section 3). */
function escaped(member: unknown): string {
  return String(member).replaceAll("~", "~0").replaceAll("/", "~1");
}
