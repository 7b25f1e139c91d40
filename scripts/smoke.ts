import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  link,
  runConsumer,
  typeCheckClientConsumer,
  typeCheckConsumer,
  typeCheckTestingConsumer,
} from "./smoke/consumers.ts";
import { runContractAsTests } from "./smoke/contract-as-tests.ts";
import { checkExportedFixtures } from "./smoke/export-fixtures.ts";
import { runFixturesConsumer, typeCheckFixturesConsumer } from "./smoke/fixtures-consumers.ts";
import { runHundredFiles, runWithoutSetup } from "./smoke/hundred-files.ts";
import { install } from "./smoke/install.ts";
import { driveLifeOfAWidget } from "./smoke/life-of-a-widget.ts";
import { checkFiles, lintPackage, pack } from "./smoke/package.ts";
import { resetToEveryScenario } from "./smoke/scenarios.ts";

/** `npm run smoke`: packs `dist/`, installs the tarball into an empty folder, and uses it there as a user would. */
const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "widgets-mock-smoke-"));

async function smoke(): Promise<void> {
  const { tarball, files } = pack(root, folder);
  checkFiles(files);
  console.log(`packed: ${files.length} files, no source and no test among them`);
  lintPackage(root, tarball);
  console.log("publint and attw: no complaints");
  const { packages, bytes } = install(folder, tarball);
  console.log(`installed: packages ${packages} (at most 20), megabytes ${(bytes / 1e6).toFixed(1)} (at most 16)`);
  await driveLifeOfAWidget(folder);
  await resetToEveryScenario(folder);
  console.log("the bin: the whole life of a widget, and every scenario");
  checkExportedFixtures(folder);
  console.log("the bin: exports fixtures, and they fit");
  typeCheckConsumer(root, folder);
  console.log("a consumer in strict TypeScript: fits");
  runConsumer(folder);
  console.log("a consumer in plain Node: runs");
  runFixturesConsumer(folder);
  console.log("a consumer of the fixtures in plain Node: runs");
  link(root, folder, ["openapi-fetch", "openapi-typescript-helpers"]);
  typeCheckClientConsumer(root, folder);
  console.log("a client of openapi-fetch from widgets-mock/api: fits");
  link(root, folder, ["fast-check"]);
  typeCheckFixturesConsumer(root, folder);
  console.log("a consumer of the fixtures and arbitraries: fits, and runs with its own fast-check");
  link(root, folder, ["@playwright/test", "vitest", "msw"]);
  typeCheckTestingConsumer(root, folder);
  console.log("a consumer with Playwright, Vitest and MSW: fits");
  runContractAsTests(root, folder);
  console.log("the contract tests as tests of Vitest: pass against the mock");
  runHundredFiles(root, folder);
  console.log("a hundred test files side by side: pass against one mock");
  runWithoutSetup(root, folder);
  console.log("a test without the global setup: fails with what is missing");
}

try {
  await smoke();
  console.log("The packed package works.");
} catch (error) {
  console.error(`The packed package does not work: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
