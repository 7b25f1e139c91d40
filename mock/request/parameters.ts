import { assumedBy, type Parameter, type Schema } from "../../spec/document.ts";
import type { Choices, RuleId } from "../../spec/generated/rules.ts";
import { nearestOf } from "../../spec/nearest.ts";
import { type Issue, issuesOf, summarizeIssues } from "../../spec/request-issues.ts";
import type { HeaderLookup } from "../http/exchange.ts";
import { Refusal } from "../refusal.ts";
import type { ValidatedOperation } from "./validate-body.ts";

/** The query and the headers of a request, read as the operation's parameters. */
export interface Parameters {
  readonly [name: string]: string | number | undefined;
}

/** Query and headers as they were sent. */
interface SentParameters {
  /** The query with its question mark, or an empty string. */
  readonly search: string;
  readonly header: HeaderLookup;
}

/** What the dialect makes of a number above its maximum (A-LIST-2); by default it is rejected. */
interface ParameterOptions {
  readonly overMaximum?: Choices["A-LIST-2"] | undefined;
  /** Called with the query parameters that the operation does not have, such as `curser (did you mean cursor?)`. */
  readonly noteIgnored?: (parameter: string) => void;
  /** Called with the assumed rules that the values sent depend on. */
  readonly noteAssumption?: ((rule: RuleId) => void) | undefined;
}

const none: Parameters = {};
const noQuery = new URLSearchParams();

/**
 * Reads the parameters of an operation and validates them.
 * @throws Refusal that names every issue by its parameter
 */
export function readParameters(
  { document, operation, validate }: ValidatedOperation,
  { search, header }: SentParameters,
  { overMaximum, noteAssumption, noteIgnored }: ParameterOptions = {},
): Parameters {
  if (search === "" && !validate) return none;
  const query = search === "" ? noQuery : new URLSearchParams(search);
  if (search !== "") noteIgnoredIn(query, operation.parameters, noteIgnored);
  if (!validate) return none;
  const all: Record<string, string | number> = {};
  const read = { query: {} as Record<string, string | number>, header: {} as Record<string, string | number> };
  for (const parameter of operation.parameters) {
    if (parameter.in === "path") continue;
    const sent = parameter.in === "query" ? fromQuery(query, parameter) : fromHeader(header, parameter);
    if (sent === null) continue;
    const value = withinMaximum(parseParameter(sent, parameter.schema), parameter.schema, {
      overMaximum,
      noteAssumption,
    });
    all[parameter.name] = read[parameter.in][parameter.name] = value;
  }
  if (!validate(read)) rejectInvalid({ document, operation, validate });
  return all;
}

/** A number above its maximum is that maximum, if the dialect says so. */
function withinMaximum(
  value: string | number,
  { maximum }: Schema,
  { overMaximum, noteAssumption }: Pick<ParameterOptions, "overMaximum" | "noteAssumption">,
): string | number {
  if (overMaximum !== "clamp" || typeof value === "string" || maximum === undefined || value <= maximum) return value;
  noteAssumption?.("A-LIST-2");
  return maximum;
}

/** The schema of what is validated, with the examples of the parameters. */
function schemaOf(parameters: readonly Parameter[]): Schema {
  const partIn = (place: Parameter["in"]): Schema => ({
    properties: Object.fromEntries(
      parameters
        .filter((parameter) => parameter.in === place)
        .map(({ name, schema, example }) => [
          name,
          { ...schema, ...(example === undefined ? {} : { examples: [example] }) },
        ]),
    ),
  });
  return { properties: { query: partIn("query"), header: partIn("header") } };
}

/** No more are noted, and no more of each. */
const maxIgnored = 5;
const maxIgnoredLength = 60;

function noteIgnoredIn(
  query: URLSearchParams,
  parameters: readonly Parameter[],
  noteIgnored: ParameterOptions["noteIgnored"],
): void {
  if (!noteIgnored) return;
  const unknown = new Set<string>();
  for (const key of query.keys())
    if (!parameters.some((parameter) => parameter.in === "query" && parameter.name === key)) unknown.add(key);
  if (unknown.size === 0) return;
  const known = parameters.filter((parameter) => parameter.in === "query").map(({ name }) => name);
  for (const name of [...unknown].slice(0, maxIgnored)) {
    const nearest = nearestOf(name.toLowerCase().replace(/\W+$/, ""), known);
    // A header takes no character that is not ASCII.
    const shown = encodeURIComponent(name).slice(0, maxIgnoredLength);
    noteIgnored(nearest === undefined ? shown : `${shown} (did you mean ${nearest}?)`);
  }
}

function rejectInvalid({ document, operation, validate }: ValidatedOperation): never {
  const result = { document, schema: schemaOf(operation.parameters), errors: validate?.errors ?? [] };
  const { issues } = issuesOf(result, ({ pointer, code, detail }) => ({
    parameter: pointer.split("/").at(-1) ?? "",
    code,
    detail,
  }));
  const isInvalid = ({ name }: Parameter) => issues.some(({ parameter }) => parameter === name);
  rejectParameters(issues, operation.parameters.filter(isInvalid));
}

function rejectParameters(issues: readonly Issue[], invalid: readonly Parameter[]): never {
  const assumptions = invalid.flatMap(assumedBy);
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
    rejectParameters([{ parameter: name, code: "duplicate", detail: "must be given only once" }], [parameter]);
  return values[0] ?? null;
}

function fromHeader(header: HeaderLookup, { name }: Parameter): string | null {
  const value = header(name.toLowerCase());
  // Header fields sent twice arrive joined.
  if (value?.includes(",")) throw new Refusal("duplicate_header", { values: { header: name } });
  return value ?? null;
}

/** An integer if the schema asks for one and the text is one; otherwise the text, for the validator to reject. */
function parseParameter(text: string, { type }: Schema): string | number {
  return type === "integer" && /^-?\d+$/.test(text) ? Number(text) : text;
}
