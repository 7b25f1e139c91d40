import { rmSync } from "node:fs";
import { join } from "node:path";
import { bundleCode } from "./bundle-code.ts";
import { copyFixtures } from "./copy-fixtures.ts";
import { writeDeclarations } from "./declarations.ts";
import { writeNotices } from "./notices.ts";

/** `npm run build`: makes `dist/`, all that the package ships. */
const root = join(import.meta.dirname, "../..");
const dist = join(root, "dist");

rmSync(dist, { recursive: true, force: true });
const bundledPackages = await bundleCode(root, dist);
writeNotices(root, bundledPackages, join(dist, "THIRD-PARTY-LICENSES.txt"));
copyFixtures(root, dist);
writeDeclarations(root, dist);
