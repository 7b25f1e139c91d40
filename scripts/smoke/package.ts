import { existsSync } from "node:fs";
import { join } from "node:path";
import { isUpToDate } from "../build/inputs.ts";
import { browserEntries, libraryEntries } from "../build/library-entries.ts";
import { command } from "./command.ts";

/** The package as it would be published. */
export interface Packed {
  readonly tarball: string;
  /** What is in it, by paths without the `package/` that npm puts before them. */
  readonly files: readonly string[];
}

const needed = [
  "package.json",
  "LICENSE",
  "README.md",
  "CHANGELOG.md",
  "dist/cli/widgets-mock.js",
  ...libraryEntries.flatMap((entry) => [`dist/${entry}.js`, `dist/${entry}.d.ts`]),
  ...libraryEntries.flatMap((entry) => [`dist/cjs/${entry}.js`, `dist/cjs/${entry}.d.ts`]),
  "dist/cjs/package.json",
  ...browserEntries.map((entry) => `dist/browser/${entry}.js`),
  "dist/openapi.json",
  "dist/config.schema.json",
  "dist/report.schema.json",
  "dist/fixtures/manifest.json",
  "dist/fixtures/exported-readme.md",
  "dist/THIRD-PARTY-LICENSES.txt",
  "dist/sbom.cdx.json",
];

/**
 * Packs `dist/` as it is.
 * @throws Error where it is not what `npm run build` makes of the files as they are
 */
export function pack(root: string, folder: string): Packed {
  const isComplete = libraryEntries.every((entry) => existsSync(join(root, `dist/${entry}.d.ts`)));
  if (!isComplete || !isUpToDate(root)) throw new Error("dist/ is out of date. Run `npm run build` first.");
  const options = ["--ignore-scripts", "--json", "--pack-destination", folder];
  const [packed] = JSON.parse(command(root, "npm", "pack", ...options));
  return {
    tarball: join(folder, packed.filename),
    files: packed.files.map(({ path }: { path: string }) => path),
  };
}

/** @throws Error for a file that is missing, or that is of no use to users */
export function checkFiles(files: readonly string[]): void {
  const missing = needed.filter((file) => !files.includes(file));
  if (missing.length > 0) throw new Error(`the tarball lacks ${missing.join(", ")}.`);
  const useful = (file: string) =>
    needed.includes(file) ||
    /^docs\/([a-z-]+\.md|pictures\/[a-z-]+\.png)$/.test(file) ||
    /^dist\/fixtures\/[a-z]+\/[a-z-]+\.[a-z0-9-]+\.json$/.test(file) ||
    (/^dist\/.*\.(js|d\.ts)$/.test(file) && !/\.(test|test-helper)\./.test(file));
  const useless = files.filter((file) => !useful(file));
  if (useless.length > 0) throw new Error(`the tarball holds ${useless.join(", ")}, which is of no use to users.`);
}

/** @throws Error with what publint or attw found */
export function lintPackage(root: string, tarball: string): void {
  const bin = join(root, "node_modules/.bin");
  command(root, join(bin, "publint"), "run", tarball, "--strict");
  // It does not see that esbuild's CommonJS has a default export: `__esModule` is set by a function.
  command(root, join(bin, "attw"), tarball, "--profile", "strict", "--ignore-rules", "false-export-default");
}
