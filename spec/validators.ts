import { Ajv2020 } from "ajv/dist/2020.js";
import ajvFormats from "ajv-formats";
import type { ApiDocument, Schema } from "./document.ts";
import { type DescribedOperation, operationsOf } from "./operations.ts";
import type { Validate, Validators } from "./validate.ts";

const base = "https://widgets-mock/";

/** An Ajv that knows a document, and the key of every validator in it. */
export function validatorSchemas(document: ApiDocument, standalone: boolean) {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    code: standalone ? { source: true, esm: true } : {},
  });
  ajvFormats.default(ajv);
  ajv.addVocabulary(["x-assumed", "x-default", "x-rule", "x-crawled", "components"]);
  ajv.addSchema({ components: document.components }, `${base}document`);

  const keys = { bodies: {} as Record<string, string>, parameters: {} as Record<string, string> };
  const add = (group: keyof typeof keys, { id }: DescribedOperation, schema: object | undefined): void => {
    if (schema === undefined) return;
    const key = `${base}${id}/${group}`;
    ajv.addSchema(absolute(schema) as object, key);
    keys[group][id] = key;
  };
  for (const operation of operationsOf(document)) {
    add("bodies", operation, operation.body);
    add("parameters", operation, parametersSchema(operation));
  }
  return { ajv, keys };
}

/** By what name an Ajv of `validatorSchemas` knows a schema of the document's components. */
export function schemaKey(name: string): string {
  return `${base}document#/components/schemas/${name}`;
}

/** Compiles the validators of a document, as it is in a dialect. */
export function compileValidators(document: ApiDocument): Validators {
  const { ajv, keys } = validatorSchemas(document, false);
  const compiled = (group: Record<string, string>) =>
    Object.fromEntries(Object.entries(group).map(([id, key]) => [id, ajv.getSchema(key) as Validate]));
  return { bodies: compiled(keys.bodies), parameters: compiled(keys.parameters) };
}

/** Gives the validator of a component's schema by its name; each is compiled when it is first asked for. */
export function componentValidators(document: ApiDocument): (name: string) => Validate {
  const { ajv } = validatorSchemas(document, false);
  return (name) => {
    const found = ajv.getSchema(`${base}document#/components/schemas/${name}`);
    if (!found) throw new Error(`The document has no schema ${name}.`);
    return found as Validate;
  };
}

/** Tells whether data fits the schema at a place of a document, as a fragment. */
export function schemaChecker(document: ApiDocument): (place: string, data: unknown) => boolean {
  const { ajv } = validatorSchemas(document, false);
  const compiled = new Map<string, (data: unknown) => unknown>();
  return (place, data) => {
    const validate = compiled.get(place) ?? ajv.compile({ $ref: `${base}document${place}` });
    compiled.set(place, validate);
    return validate(data) === true;
  };
}

function parametersSchema({ parameters }: DescribedOperation): object | undefined {
  const inPlace = (place: string) => parameters.filter((parameter) => parameter.in === place);
  if (inPlace("query").length + inPlace("header").length === 0) return undefined;
  const group = (place: string) => ({
    type: "object",
    properties: Object.fromEntries(inPlace(place).map(({ name, schema }): [string, Schema] => [name, schema])),
  });
  return { type: "object", properties: { query: group("query"), header: group("header") } };
}

/** References into the document, made absolute: the schema that holds them is compiled on its own. */
function absolute(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(absolute);
  if (typeof part !== "object" || part === null) return part;
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) =>
      key === "$ref" && typeof value === "string"
        ? [key, value.replace(/^#/, `${base}document#`)]
        : [key, absolute(value)],
    ),
  );
}
