import { join } from "node:path";
import { isUpToDate } from "./inputs.ts";

/**
 * `npm run build` makes `dist/`, all that the package ships. With `--if-changed`, which `npm start` and the tests use, it
 * makes only what runs, and only where something has changed since.
 */
const root = join(import.meta.dirname, "../..");
const isForStart = process.argv.includes("--if-changed");

if (!isForStart || !isUpToDate(root)) {
  const began = performance.now();
  process.stderr.write("Building… ");
  // Loaded only here: esbuild is what takes the time where there is nothing to build.
  const { buildCode } = await import("./build-code.ts");
  await buildCode(root);
  if (!isForStart) {
    const { writeDeclarations } = await import("./declarations.ts");
    const { copyDeclarations } = await import("./common-js.ts");
    writeDeclarations(root, join(root, "dist"));
    copyDeclarations(join(root, "dist"));
  }
  process.stderr.write(`done in ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
}
