import standalone from "ajv/dist/standalone/index.js";
import { build } from "esbuild";
import type { ApiDocument } from "../../spec/document.ts";
import { schemaKey, validatorSchemas } from "../../spec/validators.ts";

/**
 * Compiles the validators of a document to a module without imports. It exports `bodies` and `parameters`, and `schemas`
 * where some of the document's components are asked for.
 */
export function validatorsModule(document: ApiDocument, schemas: readonly string[] = []): Promise<string> {
  const { ajv, keys } = validatorSchemas(document, true);
  const named = Object.fromEntries(schemas.map((name) => [name, schemaKey(name)]));
  return compileModule(ajv, schemas.length === 0 ? keys : { ...keys, schemas: named });
}

type Keys = Readonly<Record<string, Readonly<Record<string, string>>>>;

async function compileModule(ajv: Parameters<typeof standalone.default>[0], keys: Keys): Promise<string> {
  const names: Record<string, string> = {};
  const index = Object.entries(keys).map(([group, members]) => {
    const entries = Object.entries(members).map(([id, key]) => {
      names[`${id}_${group}`] = key;
      return `${id}: ${id}_${group}`;
    });
    return `export const ${group} = { ${entries.join(", ")} };`;
  });
  // Only the index is exported.
  const code = standalone
    .default(ajv, names)
    .replaceAll(/\bexport const /g, "const ")
    // A bundle keeps a function that has a property assigned, even if it is unused; it can drop a separate variable.
    .replaceAll(/\b(validate\d+)\.evaluated = /g, "const $1_evaluated = ")
    .replaceAll(/\b(validate\d+)\.evaluated\b/g, "$1_evaluated");
  const result = await build({
    stdin: { contents: `${code}\n${index.join("\n")}\n`, resolveDir: import.meta.dirname, loader: "js" },
    bundle: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["main"],
    write: false,
    logLevel: "error",
  });
  return result.outputFiles[0]?.text ?? "";
}

/** Writes the types of the module that `validatorsModule` makes. */
export function validatorsTypes(document: ApiDocument, path: string, schemas: readonly string[] = []): string {
  const { keys } = validatorSchemas(document, true);
  const recordOf = (names: readonly string[]) =>
    `Readonly<Record<${names.map((name) => JSON.stringify(name)).join(" | ") || "never"}, Validate>>`;
  const group = schemas.length === 0 ? "" : `export declare const schemas: ${recordOf(schemas)};\n`;
  return `import type { Validate, Validators } from "${path}";

export declare const bodies: Validators["bodies"] & ${recordOf(Object.keys(keys.bodies))};
export declare const parameters: Validators["parameters"];
${group}`;
}
