import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes the licences of the libraries that are part of the bundle, as those licences ask for. */
export function writeNotices(root: string, packages: readonly string[], file: string): void {
  const notices = packages.map((name) => {
    const folder = join(root, "node_modules", name);
    const { version, license, author } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const licence = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const holder = `Copyright ${author?.name ?? author}. The package names its licence and ships no text of it.`;
    const text = licence === undefined ? holder : readFileSync(join(folder, licence), "utf8").trim();
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  writeFileSync(file, `widgets-mock includes these libraries.\n\n${notices.join(`\n${"-".repeat(80)}\n\n`)}`);
}
