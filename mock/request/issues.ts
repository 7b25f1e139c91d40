import { type ApiDocument, assumedBy, type Schema } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import { nearestOf } from "../../spec/nearest.ts";
import { membersOf, withReference } from "../../spec/schema.ts";
import type { Unfit } from "../../spec/validate.ts";
import type { Issue } from "../refusal.ts";

/** More faults than these are not told one by one. */
const mostFaults = 20;

/** What is wrong at a place: a JSON Pointer to it, its member included. */
interface LocatedProblem {
  readonly place: string;
  readonly code: string;
  readonly detail: string;
}

/** Faults, and the assumed rules by which they are some. */
export interface Issues {
  readonly issues: readonly Issue[];
  readonly assumptions: readonly RuleId[];
}

/** What a schema is assumed by for the sake of its default says nothing of what fits it. */
const defaultsRule: RuleId = "A-CREATE-3";

/**
 * The errors of a validator as faults, one for each place.
 * @param schema what was validated, for hints from the document
 */
export function issuesOf(
  document: ApiDocument,
  schema: Schema | undefined,
  errors: readonly Unfit[],
  asFault: (told: LocatedProblem) => Issue,
): Issues {
  const faults = new Map<string, Issue>();
  const leaned = new Set<RuleId>();
  for (const error of errors) {
    if (isEcho(error, errors)) continue;
    const here = schemaAt(document, schema, error.instancePath);
    const told = describeError(error, here, document);
    if (!faults.has(told.place)) {
      faults.set(told.place, asFault(told));
      for (const rule of brokenBy(told, here)) leaned.add(rule);
    }
    if (faults.size === mostFaults) break;
  }
  return { issues: [...faults.values()], assumptions: [...leaned] };
}

/** The assumed rules that make a fault one; that a member has a type is documented. */
function brokenBy({ code }: LocatedProblem, schema: Schema | undefined): readonly RuleId[] {
  if (code === "unknown_member") return ["A-VAL-3"];
  if (code === "type" || code === "required" || schema === undefined) return [];
  return assumedBy(schema).filter((rule) => rule !== defaultsRule);
}

/** A sentence of the first faults. */
export function summarizeIssues(what: string, faults: readonly Issue[]): string {
  const shown = faults.slice(0, 3).map(({ pointer, parameter, detail }) => `${pointer ?? parameter} ${detail}`);
  const more = faults.length > shown.length ? `; and ${faults.length - shown.length} more` : "";
  return `The ${what} does not fit: ${shown.join("; ")}${more}.`;
}

/** "X or null" is told as X: that null fits too, and that neither did, says nothing more. */
function isEcho({ keyword, params, instancePath }: Unfit, errors: readonly Unfit[]): boolean {
  if (keyword === "anyOf") return true;
  if (keyword !== "type" || params["type"] !== "null") return false;
  return errors.some(
    (other) =>
      other.instancePath.startsWith(instancePath) && other.params["type"] !== "null" && other.keyword !== "anyOf",
  );
}

function describeError(error: Unfit, schema: Schema | undefined, document: ApiDocument): LocatedProblem {
  const { keyword, params, instancePath, message = "does not fit" } = error;
  const here = (detail: string): LocatedProblem => ({ place: instancePath, code: keyword, detail });
  switch (keyword) {
    case "required":
      return { place: `${instancePath}/${escaped(params["missingProperty"])}`, code: keyword, detail: "is required" };
    case "unevaluatedProperties":
    case "additionalProperties": {
      const member = String(params["unevaluatedProperty"] ?? params["additionalProperty"]);
      const detail = `is no member here${didYouMean(member, document, schema)}`;
      return { place: `${instancePath}/${escaped(member)}`, code: "unknown_member", detail };
    }
    case "not":
      return here("is written by the service alone");
    case "enum":
      return here(`must be one of ${params["allowedValues"].join(", ")}`);
    case "pattern":
    case "format":
      return here(schema?.examples?.[0] === undefined ? message : `must look like ${schema.examples[0]}`);
    default:
      return here(message);
  }
}

function didYouMean(member: string, document: ApiDocument, schema: Schema | undefined): string {
  const writable = schema ? [...membersOf(document, schema)].filter(([, { readOnly }]) => !readOnly) : [];
  const nearest = nearestOf(
    member,
    writable.map(([name]) => name),
  );
  return nearest === undefined ? "" : `; did you mean "${nearest}"?`;
}

/** The schema of what a JSON Pointer leads to; of "X or null", that of X. */
function schemaAt(document: ApiDocument, schema: Schema | undefined, place: string): Schema | undefined {
  let at = schema;
  for (const step of place.split("/").slice(1)) {
    const part: Schema | undefined = at && (at.items ?? membersOf(document, at).get(step));
    at = part && withReference(document, part.anyOf?.[0] ?? part);
  }
  return at;
}

/** A member's name inside a JSON Pointer (RFC 6901, section 3). */
function escaped(member: unknown): string {
  return String(member).replaceAll("~", "~0").replaceAll("/", "~1");
}
