import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { missingForRelease } from "./missing-for-release.ts";

/**
 * `npm run release` publishes the package with its provenance, where everything holds that a release depends on; further
 * arguments go to `npm publish`. With `--check`, which npm runs before any publish, it only says what is missing.
 */
const root = join(import.meta.dirname, "../..");
const args = process.argv.slice(2);

function run(command: string, ...rest: string[]): void {
  execFileSync(command, rest, { cwd: root, stdio: "inherit" });
}

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const missing = missingForRelease(manifest, readFileSync(join(root, "CHANGELOG.md"), "utf8"));
const changed = execFileSync("git", ["status", "--porcelain"], { cwd: root, encoding: "utf8" }).trim();
if (changed !== "") missing.push(`these changes are not committed:\n${changed}`);

if (missing.length > 0) {
  console.error(`Not ready to publish:\n${missing.map((line) => `- ${line}`).join("\n")}`);
  process.exitCode = 1;
} else if (!args.includes("--check")) {
  run("npm", "test");
  run("npm", "run", "verify");
  run("npm", "publish", "--provenance", ...args);
}
