import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { globSync } from "tinyglobby";
import { expect, onTestFinished, test } from "vitest";
import { command } from "../smoke/command.ts";

const root = join(import.meta.dirname, "../..");
const slow = 300_000;

/** A folder with some files, where the package is installed as a link; `npm run build` comes first, for the declarations. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "widgets-mock-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules/widgets-mock"), "dir");
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

test(
  "Jest requires the package without a flag or a transform",
  () => {
    const folder = folderWith({
      "package.json": JSON.stringify({ private: true, jest: { transform: {} } }),
      "widgets.test.js": `
      const { createMock } = require("widgets-mock");
      const { listen, remoteWorld } = require("widgets-mock/node");
      test("a mock in process, and on a port", async () => {
        const mock = createMock({ clock: "manual" });
        expect((await mock.fetch("http://mock.test/_mock/health")).status).toBe(200);
        const { url, close } = await listen(mock);
        await remoteWorld(url, "sk_test_a").clock.advance({ seconds: 1 });
        mock.close();
        await close();
      });`,
    });
    command(folder, "npx", "--yes", "--package", "jest@30.2.0", "jest", "--ci");
  },
  slow,
);

test("no file of the package makes a require of its own, which Jest and bundles in CommonJS cannot", () => {
  const code = globSync("dist/**/*.js", { cwd: root, absolute: true });
  expect(code.length).toBeGreaterThan(100);
  expect(code.filter((file) => /\bcreateRequire\b/.test(readFileSync(file, "utf8")))).toEqual([]);
});

test("esbuild bundles the package to CommonJS", async () => {
  const folder = folderWith({
    "x.mjs": 'import { createMock } from "widgets-mock"; createMock().close(); console.log("made");',
  });
  const outfile = join(folder, "x.cjs");
  await build({ entryPoints: [join(folder, "x.mjs")], bundle: true, platform: "node", format: "cjs", outfile });
  expect(command(folder, process.execPath, outfile)).toBe("made\n");
});

const source = `
import { createMock } from "widgets-mock";
import { listen, remoteWorld } from "widgets-mock/node";
import { widgets } from "widgets-mock/fixtures";
export const seen: Promise<Response> = createMock({ seed: 7 }).fetch("http://mock.test/");
export const url: Promise<string> = listen(createMock(), { port: 0 }).then((listening) => listening.url);
export const clock: Promise<{ now: string }> = remoteWorld("http://127.0.0.1:1", "sk_test_a").clock.get();
export const status: string = widgets.paused.status;
`;

test.each([
  ["commonjs", "node10", "commonjs"],
  ["node16", "node16", "commonjs"],
  ["node16", "node16", "module"],
  ["nodenext", "nodenext", "commonjs"],
  ["nodenext", "nodenext", "module"],
  ["preserve", "bundler", "module"],
  ["esnext", "bundler", "commonjs"],
])("TypeScript with module %s and moduleResolution %s finds types, in a package of type %s", (module, moduleResolution, type) => {
  const compilerOptions = { strict: true, noEmit: true, target: "ES2022", types: [], module, moduleResolution };
  const lib = ["ES2022", "DOM", "DOM.Iterable"];
  const folder = folderWith({
    "package.json": JSON.stringify({ private: true, type }),
    "consumer.ts": source,
    "tsconfig.json": JSON.stringify({ compilerOptions: { ...compilerOptions, lib }, files: ["consumer.ts"] }),
  });
  command(folder, process.execPath, join(root, "node_modules/typescript/bin/tsc"), "-p", ".");
});

test(
  "TypeScript 4.7 finds types too",
  () => {
    const compilerOptions = { strict: true, noEmit: true, target: "ES2022", types: [], module: "node16" };
    const folder = folderWith({
      "package.json": JSON.stringify({ private: true, type: "module" }),
      "consumer.ts": source,
      "tsconfig.json": JSON.stringify({
        compilerOptions: { ...compilerOptions, moduleResolution: "node16", lib: ["ES2022", "DOM", "DOM.Iterable"] },
        files: ["consumer.ts"],
      }),
    });
    command(folder, "npx", "--yes", "--package", "typescript@4.7.4", "tsc", "-p", ".");
  },
  slow,
);

const runner = `
const assert = require("node:assert");
const { createMock } = require("widgets-mock");
const { listen, remoteWorld } = require("widgets-mock/node");
it("a mock on a port", async () => {
  const mock = createMock({ clock: "manual" });
  const { url, close } = await listen(mock);
  await remoteWorld(url, "sk_test_a").clock.advance({ seconds: 1 });
  assert.equal((await fetch(url + "/_mock/health")).status, 200);
  mock.close();
  await close();
});`;

test.each<[string, Record<string, string>, string[]]>([
  [
    "node:test",
    { "widgets.test.cjs": `const { it } = require("node:test");${runner}` },
    [process.execPath, "--test", "widgets.test.cjs"],
  ],
  ["Mocha", { "widgets.test.cjs": runner }, ["npx", "--yes", "--package", "mocha@11.7.1", "mocha", "widgets.test.cjs"]],
])(
  "%s runs a test with a mock on a port",
  (_, files, [bin = "", ...args]) => {
    command(folderWith({ "package.json": JSON.stringify({ private: true }), ...files }), bin, ...args);
  },
  slow,
);

test.each([
  [["orval@7.13.2"], ["orval", "--input", "openapi.json", "--output", "client.ts", "--client", "fetch"]],
  [
    ["@hey-api/openapi-ts@0.78.3", "typescript@5.9.3"],
    ["openapi-ts", "-i", "openapi.json", "-o", "client", "-p", "@hey-api/typescript"],
  ],
  [
    ["openapi-typescript@7.13.0", "typescript@5.9.3"],
    ["openapi-typescript", "openapi.json", "-o", "client.ts"],
  ],
  [
    ["oazapfts@7.5.0", "typescript@5.9.3"],
    ["oazapfts", "openapi.json", "client.ts"],
  ],
])(
  "%s generates a client that compiles",
  (packages, [bin = "", ...args]) => {
    const compilerOptions = { strict: true, noEmit: true, target: "ES2022", module: "esnext", types: [] };
    const lib = ["ES2022", "DOM", "DOM.Iterable"];
    const folder = folderWith({
      "package.json": "{}",
      "openapi.json": readFileSync(join(root, "dist/openapi.json"), "utf8"),
      "tsconfig.json": JSON.stringify({
        compilerOptions: { ...compilerOptions, lib, moduleResolution: "bundler" },
        include: ["client.ts", "client"],
      }),
    });
    // What the client of oazapfts imports; the others stand alone.
    if (bin === "oazapfts") command(folder, "npm", "install", "--no-save", "--silent", "@oazapfts/runtime@1.2.0");
    command(folder, "npx", "--yes", ...packages.flatMap((name) => ["--package", name]), bin, ...args);
    command(folder, process.execPath, join(root, "node_modules/typescript/bin/tsc"), "-p", ".");
  },
  slow,
);
