import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A library of which something is in the bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** The SPDX identifier that it declares. */
  readonly license: string;
  readonly licenseText: string;
}

/**
 * Finds the libraries that files of a bundle come from.
 * @param inputs the files that went into the bundle, by their paths from `root`
 * @throws Error for a library whose license is unknown
 */
export function bundledPackages(root: string, inputs: readonly string[]): BundledPackage[] {
  const folders = inputs.map(packageFolder).filter((folder) => folder !== undefined);
  return [...new Set(folders)]
    .map((folder) => readPackage(root, folder))
    .sort((a, b) => a.name.localeCompare(b.name) || a.version.localeCompare(b.version));
}

/** The folder of the package that a file belongs to: the innermost one where packages are nested. */
function packageFolder(file: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
}

function readPackage(root: string, folder: string): BundledPackage {
  const { name, version, license, author } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  const file = readdirSync(join(root, folder)).find((entry) => /^(licen[cs]e|copying)\b/i.test(entry));
  const licenseText =
    file === undefined
      ? standardText(root, { name, license, holder: author?.name ?? author })
      : readFileSync(join(root, folder, file), "utf8").trim();
  return { name, version, license, licenseText };
}

/** The text of a license that a package names without shipping it. Only MIT has occurred: its text is that of our own. */
function standardText(
  root: string,
  { name, license, holder }: { name: string; license: string; holder: string },
): string {
  if (license !== "MIT" || typeof holder !== "string") {
    throw new Error(`${name} ships no license text, and "${license}" of "${holder}" has none here.`);
  }
  const mit = readFileSync(join(root, "LICENSE"), "utf8").trim();
  return mit.replace(/^Copyright .*$/m, `Copyright (c) ${holder}`);
}
