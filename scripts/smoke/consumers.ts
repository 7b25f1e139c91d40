import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "./command.ts";

const typedConsumer = `import { createMock } from "widgets-mock";
const { clock, fetch } = createMock({ clock: "manual", crawl: "30s-60s", seed: 7 });
export const seen: [Promise<Response>, number] = [fetch(new Request("http://mock.test/")), clock.advance(60_000).length];
`;

const plainConsumer = `import { createMock } from "widgets-mock";
import document from "widgets-mock/openapi.json" with { type: "json" };

const mock = createMock();
const response = await mock.fetch(new Request("http://mock.test/openapi.json"));
const served = await response.json();
if (served.info.version !== document.info.version) throw new Error("createMock serves another document.");
mock.close();
`;

/** Type-checks a file that uses the package in a folder where nothing else is installed, its declarations included. */
export function typeCheckConsumer(root: string, folder: string): void {
  const compilerOptions = { strict: true, skipLibCheck: false, module: "NodeNext", target: "ES2023", noEmit: true };
  writeFileSync(join(folder, "consumer.ts"), typedConsumer);
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["consumer.ts"] }));
  command(folder, process.execPath, join(root, "node_modules/typescript/bin/tsc"), "-p", ".");
}

/** Runs a file that uses the package. */
export function runConsumer(folder: string): void {
  writeFileSync(join(folder, "consumer.mjs"), plainConsumer);
  command(folder, process.execPath, "consumer.mjs");
}
