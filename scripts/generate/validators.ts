import standalone from "ajv/dist/standalone/index.js";
import { build } from "esbuild";
import type { ApiDocument } from "../../spec/document.ts";
import { schemaKey, validatorSchemas } from "../../spec/validators.ts";

/** The validators of a document, compiled to a module without imports that exports `bodies` and `parameters`. */
export function validatorsModule(document: ApiDocument): Promise<string> {
  const { ajv, keys } = validatorSchemas(document, true);
  return compiled(ajv, keys);
}

/** The validators of some schemas of a document, compiled to a module without imports that exports `schemas`. */
export function schemasModule(document: ApiDocument, schemas: readonly string[]): Promise<string> {
  const { ajv } = validatorSchemas(document, true);
  return compiled(ajv, { schemas: Object.fromEntries(schemas.map((name) => [name, schemaKey(name)])) });
}

type Keys = Readonly<Record<string, Readonly<Record<string, string>>>>;

async function compiled(ajv: Parameters<typeof standalone.default>[0], keys: Keys): Promise<string> {
  const names: Record<string, string> = {};
  const index = Object.entries(keys).map(([group, members]) => {
    const entries = Object.entries(members).map(([id, key]) => {
      names[`${id}_${group}`] = key;
      return `${id}: ${id}_${group}`;
    });
    return `export const ${group} = { ${entries.join(", ")} };`;
  });
  // The validators themselves are reached through the index alone.
  const code = standalone.default(ajv, names).replaceAll(/\bexport const /g, "const ");
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

/** The types of a module of schemas. */
export function schemasTypes(path: string, schemas: readonly string[]): string {
  const members = schemas.map((name) => `  readonly ${name}: Validate;`).join("\n");
  return `import type { Validate } from "${path}";\n\nexport declare const schemas: {\n${members}\n};\n`;
}

/** The module's types. */
export function validatorsTypes(path: string): string {
  return `import type { Validators } from "${path}";

export declare const bodies: Validators["bodies"];
export declare const parameters: Validators["parameters"];
`;
}
