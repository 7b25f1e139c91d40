import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** What recipes use and this repository does not. */
const tools = ["jest@30"];

/** What recipes use and this repository has. */
const own = [
  "@playwright/test",
  "@types/node",
  "fast-check",
  "msw",
  "openapi-fetch",
  "openapi-typescript",
  "standardwebhooks",
];
const ownWithBin = ["tsx", "typescript", "vitest"];
const bins = ["openapi-typescript", "playwright", "tsc", "tsx", "vitest"];

/** A folder in which the packed package is installed, beside what its pages' snippets use. */
export interface SnippetFolder {
  readonly path: string;
  readonly env: NodeJS.ProcessEnv;
  /** Makes the folder in which the snippets of a page run, one after the other. */
  pageFolder(name: string): string;
  remove(): void;
}

/** Packs the package as it is built, and installs it in a new folder. */
export function snippetFolder(root: string): SnippetFolder {
  const path = mkdtempSync(join(tmpdir(), "widgets-mock-snippets-"));
  // By its configuration, curl ends with 22 where a request is rejected.
  writeFileSync(join(path, ".curlrc"), "fail-with-body\n");
  const env = { ...cleanEnvironment(), CURL_HOME: path };
  const npm = (cwd: string, ...args: string[]) => execFileSync("npm", args, { cwd, env, encoding: "utf8" });
  const [{ filename }] = JSON.parse(npm(root, "pack", "--ignore-scripts", "--json", "--pack-destination", path));
  writeFileSync(join(path, "package.json"), JSON.stringify({ private: true, type: "module" }));
  npm(path, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline", `./${filename}`, ...tools);
  for (const name of [...own, ...ownWithBin]) link(join(root, "node_modules", name), join(path, "node_modules", name));
  for (const name of bins) link(join(root, "node_modules/.bin", name), join(path, "node_modules/.bin", name));
  const compilerOptions = { strict: true, module: "NodeNext", target: "ES2023", lib: ["ES2023", "DOM"], noEmit: true };
  writeFileSync(
    join(path, "tsconfig.json"),
    JSON.stringify({ compilerOptions: { ...compilerOptions, skipLibCheck: true, types: ["node"] } }),
  );
  return {
    path,
    env,
    pageFolder(name) {
      const folder = join(path, "pages", name);
      mkdirSync(folder, { recursive: true });
      return folder;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

function link(target: string, path: string): void {
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}

/** Neither what npm and Vitest set for the scripts that they run, nor the settings of whoever runs this. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|WIDGETS_|VITEST|NODE_|GITHUB_)/i.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    NO_COLOR: "1",
    // Go's own network code, for a machine without a C compiler.
    CGO_ENABLED: "0",
    npm_config_update_notifier: "false",
  };
}
