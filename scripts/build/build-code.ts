import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { globSync } from "tinyglobby";
import { bundleCode } from "./bundle-code.ts";
import { bundledPackages } from "./bundled-packages.ts";
import { copyFixtures } from "./copy-fixtures.ts";
import { writeInputs } from "./inputs.ts";
import { noticesOf } from "./notices.ts";
import { sbomOf } from "./sbom.ts";

/** Makes `dist/` anew without the type declarations: all that is needed to run. */
export async function buildCode(root: string): Promise<void> {
  const dist = join(root, "dist");
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist);
  const { read, bundled } = await bundleCode(root, dist);
  const packages = bundledPackages(root, bundled);
  writeFileSync(join(dist, "THIRD-PARTY-LICENSES.txt"), noticesOf(packages));
  writeFileSync(
    join(dist, "sbom.cdx.json"),
    sbomOf(JSON.parse(readFileSync(join(root, "package.json"), "utf8")), packages),
  );
  const copied = copyFixtures(root, dist);
  const own = ["package.json", "package-lock.json", ...globSync("scripts/build/*.ts", { cwd: root })];
  writeInputs(root, [...read, ...copied, ...own], bundled);
}
