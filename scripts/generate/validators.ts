import { Ajv2020 } from "ajv/dist/2020.js";
import standalone from "ajv/dist/standalone/index.js";
import ajvFormats from "ajv-formats";
import { build } from "esbuild";
import type { ApiDocument, Schema } from "../../spec/document.ts";
import { type DescribedOperation, operationsOf } from "../../spec/operations.ts";

const root = "https://widgets-mock/document";

/**
 * Validators of what requests carry, compiled to a module without imports: `bodies` and `parameters` by operationId. The
 * parameters of a request are validated as { query: {…}, header: {…} }.
 */
export async function validators(document: ApiDocument): Promise<string> {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    code: { source: true, esm: true, lines: false },
    // Only what a request can reach is compiled; the rest of the document is no schema.
    validateSchema: true,
  });
  ajvFormats.default(ajv);
  ajv.addVocabulary(["x-assumed", "x-default", "components"]);
  ajv.addSchema({ $id: root, components: document.components } as never, root);

  const exported: Record<string, string> = {};
  const groups = { bodies: {} as Record<string, string>, parameters: {} as Record<string, string> };
  const compile = (group: keyof typeof groups, operation: DescribedOperation, schema: object): void => {
    const name = `${operation.id}_${group}`;
    ajv.addSchema({ $id: `https://widgets-mock/${name}`, ...schema });
    exported[name] = `https://widgets-mock/${name}`;
    groups[group][operation.id] = name;
  };
  for (const operation of operationsOf(document)) {
    const body = bodySchema(document, operation);
    if (body) compile("bodies", operation, absolute(body) as object);
    const parameters = parametersSchema(operation);
    if (parameters) compile("parameters", operation, absolute(parameters) as object);
  }

  const code = standalone.default(ajv, exported);
  const index = Object.entries(groups).map(
    ([group, members]) =>
      `export const ${group} = { ${Object.entries(members)
        .map(([id, name]) => `${id}: ${name}`)
        .join(", ")} };`,
  );
  // The validators themselves are reached through the index alone.
  return bundleCode(`${code.replaceAll(/\bexport const /g, "const ")}\n${index.join("\n")}\n`);
}

/** Their types; what they set is what Ajv sets. */
export const validatorTypes = `import type { ErrorObject } from "ajv";

/** Tells whether data fits, and leaves in \`errors\` why it does not. */
export interface Validate {
  (data: unknown): boolean;
  errors?: ErrorObject[] | null;
}
/** Validators of request bodies, by operationId. */
export declare const bodies: { readonly [operationId: string]: Validate };
/** Validators of { query, header }, by operationId. */
export declare const parameters: { readonly [operationId: string]: Validate };
`;

function bodySchema(document: ApiDocument, { method, path, mediaTypes }: DescribedOperation): Schema | undefined {
  const operation = document.paths[path]?.[method.toLowerCase() as "post"];
  return mediaTypes[0] === undefined ? undefined : operation?.requestBody?.content[mediaTypes[0]]?.schema;
}

function parametersSchema({ parameters }: DescribedOperation): object | undefined {
  const inPlace = (place: string) => parameters.filter((parameter) => parameter.in === place);
  if (inPlace("query").length + inPlace("header").length === 0) return undefined;
  const group = (place: string) => ({
    type: "object",
    properties: Object.fromEntries(inPlace(place).map(({ name, schema }) => [name, schema])),
  });
  return { type: "object", properties: { query: group("query"), header: group("header") } };
}

/** References into the document, made absolute: the schema that holds them is compiled on its own. */
function absolute(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(absolute);
  if (typeof part !== "object" || part === null) return part;
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) =>
      key === "$ref" && typeof value === "string" ? [key, value.replace(/^#/, `${root}#`)] : [key, absolute(value)],
    ),
  );
}

async function bundleCode(contents: string): Promise<string> {
  const result = await build({
    stdin: { contents, resolveDir: import.meta.dirname, loader: "js" },
    bundle: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["main"],
    write: false,
    logLevel: "error",
  });
  return result.outputFiles[0]?.text ?? "";
}
