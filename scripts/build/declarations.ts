import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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
}
