import { Ajv2020 } from "ajv/dist/2020.js";
import ajvFormats from "ajv-formats";
import type { ApiDocument, Schema } from "./document.ts";
import { type DescribedOperation, operationsOf } from "./operations.ts";
import type { Validate, Validators } from "./validate.ts";

const base = "https://widgets-mock/";

/** An Ajv with the schemas of a document, and the keys of the validators of every operation. */
export function validatorSchemas(document: ApiDocument, standalone: boolean) {
  const ajv = new Ajv2020({
    allErrors: true,
    discriminator: true,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    // `npm run generate` checks the schemas in every dialect; compiling the meta-schema would only cost time.
    validateSchema: false,
    code: standalone ? { source: true, esm: true } : {},
  });
  ajvFormats.default(ajv);
  ajv.addVocabulary([
    "x-assumed",
    "x-default",
    "x-rule",
    "x-crawled",
    "x-case-insensitive",
    "x-set",
    "x-type",
    "components",
  ]);
  ajv.addSchema({ components: document.components }, `${base}document`);

  const keys = { bodies: {} as Record<string, string>, parameters: {} as Record<string, string> };
  const add = (group: keyof typeof keys, { id }: DescribedOperation, schema: object | undefined): void => {
    if (schema === undefined) return;
    const key = `${base}${id}/${group}`;
    ajv.addSchema(toAbsoluteReferences(schema) as object, key);
    keys[group][id] = key;
  };
  for (const operation of operationsOf(document)) {
    add("bodies", operation, operation.body);
    add("parameters", operation, parametersSchema(operation));
  }
  return { ajv, keys };
}

/** The key of a component schema in the Ajv of `validatorSchemas`. */
export function schemaKey(name: string): string {
  return `${base}document#/components/schemas/${name}`;
}

/** Compiles the validators of a document, such as that of a dialect. */
export function compileValidators(document: ApiDocument): Validators {
  const { ajv, keys } = validatorSchemas(document, false);
  const compiled = (group: Record<string, string>) =>
    Object.fromEntries(Object.entries(group).map(([id, key]) => [id, ajv.getSchema(key) as Validate]));
  return { bodies: compiled(keys.bodies), parameters: compiled(keys.parameters) };
}

/** Returns a function that finds the validator of a component schema; each is compiled on first use. */
export function componentValidators(document: ApiDocument): (name: string) => Validate {
  const { ajv } = validatorSchemas(document, false);
  return (name) => {
    const found = ajv.getSchema(`${base}document#/components/schemas/${name}`);
    if (!found) throw new Error(`unknown schema ${name}`);
    return found as Validate;
  };
}

/** Returns a function that validates data with the schema at a place of a document, such as `#/components/schemas/Theme`. */
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

/** A schema with absolute references into the document, because it is compiled on its own. */
function toAbsoluteReferences(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(toAbsoluteReferences);
  if (typeof part !== "object" || part === null) return part;
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) =>
      key === "$ref" && typeof value === "string"
        ? [key, value.replace(/^#/, `${base}document#`)]
        : [key, toAbsoluteReferences(value)],
    ),
  );
}
