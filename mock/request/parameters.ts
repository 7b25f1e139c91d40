import { type ApiDocument, assumedBy, type Parameter, type Schema } from "../../spec/document.ts";
import type { Choices, RuleId } from "../../spec/generated/rules.ts";
import type { DescribedOperation } from "../../spec/operations.ts";
import type { Validate } from "../../spec/validate.ts";
import { type Fault, Refusal } from "../refusal.ts";
import { faultsOf, summary } from "./issues.ts";

/** What a request's query and headers say, as the operation's parameters. */
export interface Parameters {
  readonly [name: string]: string | number | undefined;
}

const none: Parameters = {};

/**
 * Reads the parameters of an operation and checks them.
 * @param search the query with its question mark, or nothing
 * @param lean called with the assumed rules that what was sent depends on
 * @throws Refusal where one does not fit
 */
export function readParameters(
  document: ApiDocument,
  operation: DescribedOperation,
  validate: Validate | undefined,
  search: string,
  headers: Headers,
  overMaximum: Choices["A-LIST-2"],
  lean: (rule: RuleId) => void,
): Parameters {
  if (!validate) return none;
  const query = new URLSearchParams(search);
  const read = { query: {} as Record<string, string | number>, header: {} as Record<string, string | number> };
  for (const parameter of operation.parameters) {
    if (parameter.in === "path") continue;
    const sent = parameter.in === "query" ? fromQuery(query, parameter) : fromHeader(headers, parameter);
    if (sent === null) continue;
    const value = typed(sent, parameter.schema);
    const { maximum } = parameter.schema;
    const clamped = overMaximum === "clamp" && typeof value === "number" && maximum !== undefined && value > maximum;
    if (clamped) lean("A-LIST-2");
    read[parameter.in][parameter.name] = clamped ? maximum : value;
  }
  if (!validate(read)) {
    const named = ({ place, code, detail }: { place: string; code: string; detail: string }): Fault => ({
      parameter: place.split("/").at(-1) ?? "",
      code,
      detail,
    });
    const { faults } = faultsOf(document, undefined, validate.errors ?? [], named);
    refuse(
      faults,
      operation.parameters.filter(({ name }) => faults.some(({ parameter }) => parameter === name)),
    );
  }
  return { ...read.query, ...read.header };
}

function refuse(faults: readonly Fault[], broken: readonly Parameter[]): never {
  const leaned = broken.flatMap(assumedBy);
  throw new Refusal("validation_error", { values: { summary: summary("request", faults) }, faults, leaned });
}

function fromQuery(query: URLSearchParams, parameter: Parameter): string | null {
  const { name } = parameter;
  const values = query.getAll(name);
  if (values.length > 1)
    refuse([{ parameter: name, code: "duplicate", detail: "was given more than once" }], [parameter]);
  return values[0] ?? null;
}

function fromHeader(headers: Headers, { name }: Parameter): string | null {
  const value = headers.get(name);
  // Header fields sent twice arrive joined.
  if (value?.includes(",")) throw new Refusal("duplicate_header", { values: { header: name } });
  return value;
}

/** A whole number where the schema wants one and the text is one; else the text, for the validator to refuse. */
function typed(text: string, { type }: Schema): string | number {
  return type === "integer" && /^-?\d+$/.test(text) ? Number(text) : text;
}
