import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** `npm run lint:document`: other people's rules on our documents, as written and as bundled. */
const root = join(import.meta.dirname, "..");
const documents = ["spec/openapi.yaml", "spec/generated/openapi.json", "mock/control-plane/openapi.yaml"];

/** The linters' configurations stand in redocly.yaml and .spectral.yaml; neither may tell anyone that it ran. */
const linters = [
  ["redocly", "lint", ...documents, "--format=stylish"],
  ["spectral", "lint", ...documents, "--fail-severity=hint", "--quiet"],
] as const;

for (const [linter, ...args] of linters) {
  try {
    execFileSync(join(root, "node_modules/.bin", linter), args, {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        REDOCLY_TELEMETRY: "off",
        REDOCLY_SUPPRESS_UPDATE_NOTICE: "true",
        SCARF_ANALYTICS: "false",
      },
    });
    console.log(`${linter}: ${documents.join(", ")} have no findings.`);
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    console.error(`${linter} found:\n${stdout}${stderr}`);
    process.exitCode = 1;
  }
}
