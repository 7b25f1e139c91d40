import { describeError } from "./describe-error.ts";
import { type ApiDocument, assumedBy, type Schema } from "./document.ts";
import type { RuleId } from "./generated/rules.ts";
import { nearestOf } from "./nearest.ts";
import { membersOf, withReference } from "./schema.ts";
import { shownText } from "./shown-text.ts";
import type { ValidationError } from "./validate.ts";

/** A validation problem of a request. */
export interface Issue {
  /** For the body: a JSON Pointer as a URI fragment (RFC 6901, section 6). */
  readonly pointer?: string;
  /** For a query parameter or header: its name. */
  readonly parameter?: string;
  readonly code: string;
  readonly detail: string;
}

/** A response lists no more issues than these. */
const maxIssues = 20;

/** What a validator found wrong with a request. */
interface ValidationResult {
  readonly document: ApiDocument;
  /** The schema that was validated against, for hints from the document. */
  readonly schema?: Schema | undefined;
  readonly errors: readonly ValidationError[];
}

/** An issue before it has the form of a body's or a parameter's. */
export interface LocatedIssue {
  /** JSON Pointer to the member, whether it is there or missing. */
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

/** The issues of a request, and the assumed rules that make them issues. */
export interface Issues {
  readonly issues: readonly Issue[];
  readonly assumptions: readonly RuleId[];
}

/** A schema that is assumed only because of its default does not make its constraints assumptions. */
const defaultsRule: RuleId = "A-CREATE-3";

/** Turns the errors of a validator into issues, at most one for each place. */
export function issuesOf(result: ValidationResult, toIssue: (located: LocatedIssue) => Issue): Issues {
  const { document, errors } = result;
  const issues = new Map<string, Issue>();
  const assumptions = new Set<RuleId>();
  for (const error of errors) {
    if (isEcho(error, errors)) continue;
    const schema = schemaAt(document, result.schema, error.instancePath);
    const located = locateIssue(error, schema, document);
    if (!issues.has(located.pointer)) {
      issues.set(located.pointer, toIssue(located));
      for (const rule of assumptionsBehind(located, schema)) assumptions.add(rule);
    }
    if (issues.size === maxIssues) break;
  }
  return { issues: [...issues.values()], assumptions: [...assumptions] };
}

/** Nothing for type and presence: that a member has its type, and is required, is documented. */
function assumptionsBehind({ code }: LocatedIssue, schema: Schema | undefined): readonly RuleId[] {
  if (code === "unknown_member") return ["A-VAL-3"];
  if (code === "type" || code === "required" || schema === undefined) return [];
  return assumedBy(schema).filter((rule) => rule !== defaultsRule);
}

/** The first issues in one sentence: `Invalid body: #/name is required; #/voice must be one of …`. */
export function summarizeIssues(subject: "body" | "request", issues: readonly Issue[]): string {
  const clauses = issues.slice(0, 3).map(toClause);
  if (issues.length > clauses.length) clauses.push(`and ${issues.length - clauses.length} more`);
  return `Invalid ${subject}: ${clauses.reduce(joinClauses)}${endOfSentence(clauses.at(-1) ?? "")}`;
}

/** An unknown property is named by its detail, so of its pointer only the object that holds it says more. */
function toClause({ pointer, parameter, code, detail }: Issue): string {
  if (code !== "unknown_member" || pointer === undefined) return `${pointer ?? parameter} ${detail}`;
  const parent = pointer.slice(0, pointer.lastIndexOf("/"));
  return parent === "#" ? detail : `${parent} has an ${detail}`;
}

function joinClauses(before: string, clause: string): string {
  return before.endsWith("?") ? `${before} ${clause[0]?.toUpperCase()}${clause.slice(1)}` : `${before}; ${clause}`;
}

function endOfSentence(clause: string): string {
  return clause.endsWith("?") ? "" : ".";
}

/** Of "X or null" only the errors of X are reported: that null is allowed too, and that neither matched, adds nothing. */
function isEcho({ keyword, params, instancePath }: ValidationError, errors: readonly ValidationError[]): boolean {
  if (keyword === "anyOf") return true;
  if (keyword !== "type" || params["type"] !== "null") return false;
  return errors.some(
    (other) =>
      other.instancePath.startsWith(instancePath) && other.params["type"] !== "null" && other.keyword !== "anyOf",
  );
}

function locateIssue(error: ValidationError, schema: Schema | undefined, document: ApiDocument): LocatedIssue {
  const { keyword, params, instancePath } = error;
  switch (keyword) {
    case "required": {
      const pointer = `${instancePath}/${escapeToken(params["missingProperty"])}`;
      return { pointer, code: keyword, detail: "is required" };
    }
    case "unevaluatedProperties":
    case "additionalProperties": {
      const name = shownText(String(params["unevaluatedProperty"] ?? params["additionalProperty"]), maxNameLength);
      const detail = `unknown property "${name}"${suggestMember(name, document, schema)}`;
      return { pointer: `${instancePath}/${escapeToken(name)}`, code: "unknown_member", detail };
    }
    default:
      return { pointer: instancePath, code: keyword, detail: describeError(error, schema?.examples?.[0]) };
  }
}

/** Longer names are cut, so that a response is not larger than its request. */
const maxNameLength = 100;

/** `, did you mean "status"?`, or nothing if no writable member has a similar name. */
function suggestMember(name: string, document: ApiDocument, schema: Schema | undefined): string {
  const writable = schema ? [...membersOf(document, schema)].filter(([, { readOnly }]) => !readOnly) : [];
  const nearest = nearestOf(
    name,
    writable.map(([member]) => member),
  );
  return nearest === undefined ? "" : `, did you mean "${nearest}"?`;
}

/** The schema at a JSON Pointer; of "X or null", that of X. */
function schemaAt(document: ApiDocument, schema: Schema | undefined, pointer: string): Schema | undefined {
  let at = schema;
  for (const token of pointer.split("/").slice(1)) {
    const part: Schema | undefined = at && (at.items ?? membersOf(document, at).get(token));
    at = part && withReference(document, part.anyOf?.[0] ?? part);
  }
  return at;
}

/** A reference token of a JSON Pointer (RFC 6901, section 3). */
function escapeToken(member: unknown): string {
  return String(member).replaceAll("~", "~0").replaceAll("/", "~1");
}
