import { describeError } from "./describe-error.ts";
import { schemas as validators } from "./generated/step-validators.js";
import stepSchemas from "./generated/steps.json" with { type: "json" };
import { unknownName } from "./nearest.ts";
import { shownText } from "./shown-text.ts";
import type { ValidationError } from "./validate.ts";

/** Longer values are cut in messages. */
const maxShown = 60;

/** Something wrong in a file of steps. */
export interface StepIssue {
  /** Where it is, such as `steps[1].body`; empty for the whole. */
  readonly place: string;
  /** What is wrong, and what would be right. */
  readonly problem: string;
}

/** The schemas of files of steps, and what the steps in each may be. */
const unions = { Scenario: "ScenarioStep", Counterexample: "ScriptStep" } as const;

type FileSchema = keyof typeof unions;

/** The first issue of a file in the language of steps (`spec/steps.yaml`); undefined where it is valid. */
export function stepIssueOf(schema: FileSchema, file: unknown): StepIssue | undefined {
  const { [schema]: validate } = validators;
  if (validate(file)) return undefined;
  const errors = validate.errors ?? [];
  const { instancePath = "" } = errors[0] ?? {};
  const here = errors.filter((error) => error.instancePath === instancePath);
  // A name that is written wrong is missing as well.
  here.sort((one, other) => Number(isOfUnknown(other)) - Number(isOfUnknown(one)));
  return { place: placeOf(instancePath), problem: problemOf(schema, here, valueAt(file, instancePath)) };
}

function isOfUnknown({ keyword }: ValidationError): boolean {
  return keyword === "additionalProperties";
}

/** What is wrong with a value, by the errors at its place: several are those of the choices that it has. */
function problemOf(schema: FileSchema, errors: readonly ValidationError[], value: unknown): string {
  const [{ keyword, params, instancePath }] = errors as readonly [ValidationError];
  switch (keyword) {
    case "additionalProperties":
      return unknownName("property", params["additionalProperty"], membersOf(schema, instancePath, value));
    case "required":
      return `the property "${params["missingProperty"]}" is missing`;
    case "discriminator":
      return kindProblem(params["tagValue"], Object.keys(stepSchemasOf(schema)));
    default:
      return valueProblem(errors, value);
  }
}

function valueProblem(errors: readonly ValidationError[], value: unknown): string {
  const words = errors.flatMap(({ keyword, params }) => (keyword === "enum" ? params["allowedValues"] : []));
  if (words.length > 0 && typeof value === "string") return unknownName("value", value, words);
  const wanted = errors.filter(({ keyword }) => keyword !== "anyOf").map((error) => describeError(error));
  return `${wanted.join(" or ")}, got ${shownText(JSON.stringify(value) ?? "undefined", maxShown)}`;
}

function kindProblem(kind: unknown, kinds: readonly string[]): string {
  if (typeof kind === "string") return unknownName("kind", kind, kinds);
  return `the property "kind" is missing, one of ${kinds.join(", ")}: { "kind": "call", "operation": "createWidget" }`;
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, { readonly const?: string }>>;
  readonly oneOf?: readonly { readonly $ref: string }[];
}

function schemaNamed(name: string): ObjectSchema {
  return (stepSchemas.components.schemas as Readonly<Record<string, ObjectSchema>>)[name] ?? {};
}

/** The schemas of the steps that a file may have, by their kinds. */
function stepSchemasOf(schema: FileSchema): Readonly<Record<string, ObjectSchema>> {
  const steps = (schemaNamed(unions[schema]).oneOf ?? []).map(({ $ref }) => schemaNamed($ref.split("/").at(-1) ?? ""));
  return Object.fromEntries(steps.map((step) => [step.properties?.["kind"]?.const, step]));
}

/** The members that an object of a file may have: a step, a script, or the file itself. */
function membersOf(schema: FileSchema, pointer: string, value: unknown): string[] {
  const ofStep = stepSchemasOf(schema)[(value as { readonly kind?: string }).kind ?? ""];
  return Object.keys((ofStep ?? schemaNamed(pointer === "" ? schema : "ScriptDefinition")).properties ?? {});
}

/** `/steps/1/body` as `steps[1].body`. */
function placeOf(pointer: string): string {
  const parts = pointer.split("/").slice(1).map(unescapePart);
  return parts
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join("")
    .replace(/^\./, "");
}

function valueAt(file: unknown, pointer: string): unknown {
  const parts = pointer.split("/").slice(1).map(unescapePart);
  return parts.reduce((value, part) => (value as Record<string, unknown> | undefined)?.[part], file);
}

function unescapePart(part: string): string {
  return part.replaceAll("~1", "/").replaceAll("~0", "~");
}
