import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { run, start } from "./bin.test-helper.ts";

const root = join(import.meta.dirname, "..");
const document = join(root, "dist/openapi.json");

/** Starts Prism on a free port, and gives its address. */
async function prism(...args: string[]): Promise<string> {
  const child = spawn(process.execPath, [join(root, "node_modules/.bin/prism"), ...args, "--port", "0"], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return new Promise((resolve, reject) => {
    let out = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      out += text;
      const [, url] = /listening on (http:\S+?:[1-9]\d*)/.exec(out) ?? [];
      if (url !== undefined) resolve(url);
    });
    child.once("close", () => reject(new Error(`Prism ended: ${out}`)));
  });
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "widgets-mock-"));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

test("an implementation without state is failed on the rules that need one, and the run ends", {
  timeout: 240_000,
}, async () => {
  const url = await prism("mock", document);
  const report = folder();
  const { code } = await run("contract", url, "--api-key", "sk_test_a", "--crawl-timeout", "5s", "--report", report);
  expect(code).toBe(1);
  const { rules } = JSON.parse(readFileSync(join(report, "report.json"), "utf8"));
  const failed = rules
    .filter(({ verdict }: { verdict: string }) => verdict === "fail")
    .map(({ id }: { id: string }) => id);
  expect(failed).toEqual(expect.arrayContaining(["OBJ-15", "CREATE-2", "UPDATE-5", "PAUSE-1", "DELETE-1"]));
});

test("through Prism's validating proxy no answer of the mock is at fault", async () => {
  const mock = await start("--crawl", "200ms");
  const url = await prism("proxy", document, mock.url, "--errors", "--validate-request=false");
  const report = folder();
  const keys = ["--api-key", "sk_test_own", "--second-api-key", "sk_test_second"];
  const { code, out } = await run("contract", url, ...keys, "--adapter", "none", "--report", report);
  expect({ code, out }).toMatchObject({ code: 0 });
  const history = readFileSync(join(report, "history.jsonl"), "utf8");
  expect(history).toContain('"status":201');
  expect(history).not.toMatch(/VIOLATIONS/);
});
