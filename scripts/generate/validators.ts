import standalone from "ajv/dist/standalone/index.js";
import { build } from "esbuild";
import type { ApiDocument } from "../../spec/document.ts";
import { validatorSchemas } from "../../spec/validators.ts";

/** The validators of a document, compiled to a module without imports that exports `bodies` and `parameters`. */
export async function validatorsModule(document: ApiDocument): Promise<string> {
  const { ajv, keys } = validatorSchemas(document, true);
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

/** The module's types. */
export function validatorsTypes(path: string): string {
  return `import type { Validators } from "${path}";

export declare const bodies: Validators["bodies"];
export declare const parameters: Validators["parameters"];
`;
}
