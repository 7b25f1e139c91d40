import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { globSync } from "tinyglobby";
import { libraryEntries } from "./library-entries.ts";

/** Writes the type declarations of what the package exports. */
export function writeDeclarations(root: string, dist: string): void {
  const project = join(dist, "tsconfig.json");
  writeFileSync(
    project,
    JSON.stringify({
      extends: "../tsconfig.json",
      compilerOptions: {
        noEmit: false,
        declaration: true,
        emitDeclarationOnly: true,
        rewriteRelativeImportExtensions: true,
        rootDir: "..",
        outDir: ".",
      },
      include: [],
      files: libraryEntries.map((entry) => `../${entry}.ts`),
    }),
  );
  execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", project], { stdio: "inherit" });
  // It was for the compiler alone.
  rmSync(project);
  for (const file of globSync("**/*.d.ts", { cwd: dist, absolute: true })) {
    writeFileSync(file, forOlderCompilers(readFileSync(file, "utf8")));
  }
}

/** Before TypeScript 5.0, imports of `.ts` files and `export type *` are errors; before 5.7, a typed array's argument is. */
function forOlderCompilers(declarations: string): string {
  return declarations
    .replaceAll(/((?:from|import\() ?")(\.[^"]+)\.ts"/g, '$1$2.js"')
    .replaceAll(/^export type \* from/gm, "export * from")
    .replaceAll(/\bUint8Array<ArrayBuffer(?:Like)?>/g, "Uint8Array");
}
