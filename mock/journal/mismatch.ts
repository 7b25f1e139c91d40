import { editsBetween } from "../../spec/nearest.ts";
import type { components } from "../control-plane/generated/types.ts";
import { isCredentialName, type Redactor, redacted } from "./credentials.ts";

/** One thing in which a request is not as expected. */
export type Difference = components["schemas"]["Difference"];

/** A difference before credentials are removed from it. */
export interface Mismatch extends Difference {
  /** 0 would be no difference, 1 another value altogether. */
  readonly distance: number;
  /** True if there may be no difference: the body is not kept whole. */
  readonly isUncertain?: boolean;
}

/** What stands for a value that is absent. */
export const nothing = "none";

/** A difference between two texts, and how far they are apart. */
export function mismatch(where: string, expected: string, found: string): Mismatch {
  return { where, expected: cut(expected), found: cut(found), distance: distanceBetween(expected, found) };
}

/** No more of a value is shown. */
const maxShown = 200;
/** No more of two texts is compared. */
const maxCompared = 64;

function cut(text: string): string {
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text;
}

/** The distance of what is nearly equal. */
export const minDistance = 0.1;

/** From nearly equal to 1. */
export function distanceBetween(expected: string, found: string): number {
  if (found === nothing) return 1;
  const [one, other] = [expected.slice(0, maxCompared), found.slice(0, maxCompared)];
  return Math.max(minDistance, editsBetween(one, other) / Math.max(one.length, other.length, 1));
}

/** A value as JSON; what is nested too deep to be written is not shown. */
export function shown(value: unknown): string {
  try {
    return cut(JSON.stringify(value) ?? nothing);
  } catch {
    return "…";
  }
}

/** A mismatch without credentials. */
export function differenceOf({ where, expected, found }: Mismatch, redactor: Redactor): Difference {
  const [place = "", name = ""] = where.split(/ (.*)/s);
  const isCredential = place !== "path" && name.split("/").some(isCredentialName);
  const show = (text: string) => redactor.text(place === "body" ? redactor.json(text) : text);
  if (!isCredential) return { where: redactor.text(where), expected: show(expected), found: show(found) };
  return {
    where: redactor.text(where),
    expected: redacted,
    found: found === nothing ? found : `${redacted}, another one`,
  };
}
