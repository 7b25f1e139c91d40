import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What `dist/` was made from. The file stays out of the package. */
export interface BuildInputs {
  /** The SHA-256 of every file that the build read, by its path from the root. */
  readonly hashes: { readonly [path: string]: string };
  /** The files of which something is in the bundle. */
  readonly bundled: readonly string[];
}

const inputsFile = (root: string) => join(root, "dist/build-inputs.json");

/** Records what `dist/` was made from. */
export function writeInputs(root: string, read: readonly string[], bundled: readonly string[]): void {
  const hashes = Object.fromEntries(read.map((path) => [path, hashOf(join(root, path))]));
  writeFileSync(inputsFile(root), JSON.stringify({ hashes, bundled } satisfies BuildInputs));
}

/** Reads what `dist/` was made from; undefined where there is none. */
export function readInputs(root: string): BuildInputs | undefined {
  try {
    return JSON.parse(readFileSync(inputsFile(root), "utf8"));
  } catch {
    return undefined;
  }
}

/** Whether `dist/` was made from the files as they are now. */
export function isUpToDate(root: string): boolean {
  const inputs = readInputs(root);
  return (
    inputs !== undefined && Object.entries(inputs.hashes).every(([path, hash]) => hashOf(join(root, path)) === hash)
  );
}

/** The hash of a file; "" where there is none. */
function hashOf(file: string): string {
  try {
    return createHash("sha256").update(readFileSync(file)).digest("hex");
  } catch {
    return "";
  }
}
