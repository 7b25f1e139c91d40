import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "./command.ts";

/** What an install brings. */
export interface Installed {
  readonly packages: number;
  readonly bytes: number;
}

/** Installs a tarball into a folder that is a package of its own, as a user who runs it and develops nothing. */
export function install(folder: string, tarball: string): Installed {
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  command(folder, "npm", "install", "--omit=dev", "--no-audit", "--no-fund", tarball);
  const lock = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
  const packages = Object.keys(lock.packages).filter((path) => path !== "").length;
  const bytes = readdirSync(join(folder, "node_modules"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
  if (packages > 20) throw new Error(`an install brings ${packages} packages, more than 20.`);
  if (bytes > 16e6) throw new Error(`an install takes ${(bytes / 1e6).toFixed(1)} MB, more than 16.`);
  return { packages, bytes };
}
