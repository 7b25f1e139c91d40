import { type ApiDocument, assumedBy, type Parameter, type Schema } from "../../spec/document.ts";
import type { Choices, RuleId } from "../../spec/generated/rules.ts";
import type { DescribedOperation } from "../../spec/operations.ts";
import type { Validate } from "../../spec/validate.ts";
import { type Issue, Refusal } from "../refusal.ts";
import { issuesOf, summarizeIssues } from "./issues.ts";

/** What a request's query and headers say, as the operation's parameters. */
export interface Parameters {
  readonly [name: string]: string | number | undefined;
}

const none: Parameters = {};

/**
 * Reads the parameters of an operation and checks them.
 * @param search the query with its question mark, or nothing
 * @param noteAssumption called with the assumed rules that what was sent depends on
 * @throws Refusal where one does not fit
 */
export function readParameters(
  document: ApiDocument,
  operation: DescribedOperation,
  validate: Validate | undefined,
  search: string,
  headers: Headers,
  overMaximum: Choices["A-LIST-2"],
  noteAssumption: (rule: RuleId) => void,
): Parameters {
  if (!validate) return none;
  const query = new URLSearchParams(search);
  const read = { query: {} as Record<string, string | number>, header: {} as Record<string, string | number> };
  for (const parameter of operation.parameters) {
    if (parameter.in === "path") continue;
    const sent = parameter.in === "query" ? fromQuery(query, parameter) : fromHeader(headers, parameter);
    if (sent === null) continue;
    const value = parseParameter(sent, parameter.schema);
    const { maximum } = parameter.schema;
    const clamped = overMaximum === "clamp" && typeof value === "number" && maximum !== undefined && value > maximum;
    if (clamped) noteAssumption("A-LIST-2");
    read[parameter.in][parameter.name] = clamped ? maximum : value;
  }
  if (!validate(read)) {
    const toIssue = ({ place, code, detail }: { place: string; code: string; detail: string }): Issue => ({
      parameter: place.split("/").at(-1) ?? "",
      code,
      detail,
    });
    const { issues } = issuesOf(document, undefined, validate.errors ?? [], toIssue);
    rejectParameters(
      issues,
      operation.parameters.filter(({ name }) => issues.some(({ parameter }) => parameter === name)),
    );
  }
  return { ...read.query, ...read.header };
}

function rejectParameters(issues: readonly Issue[], broken: readonly Parameter[]): never {
  const assumptions = broken.flatMap(assumedBy);
  throw new Refusal("validation_error", {
    values: { summary: summarizeIssues("request", issues) },
    issues,
    assumptions,
  });
}

function fromQuery(query: URLSearchParams, parameter: Parameter): string | null {
  const { name } = parameter;
  const values = query.getAll(name);
  if (values.length > 1)
    rejectParameters([{ parameter: name, code: "duplicate", detail: "was given more than once" }], [parameter]);
  return values[0] ?? null;
}

function fromHeader(headers: Headers, { name }: Parameter): string | null {
  const value = headers.get(name);
  // Header fields sent twice arrive joined.
  if (value?.includes(",")) throw new Refusal("duplicate_header", { values: { header: name } });
  return value;
}

/** A whole number where the schema wants one and the text is one; else the text, for the validator to refuse. */
function parseParameter(text: string, { type }: Schema): string | number {
  return type === "integer" && /^-?\d+$/.test(text) ? Number(text) : text;
}
