import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { reasonToSkip } from "../browser/browser.ts";

const folder = import.meta.dirname;

test.skipIf(reasonToSkip !== undefined)("an integrator's tests with Playwright pass", async () => {
  const cli = join(folder, "../../node_modules/@playwright/test/cli.js");
  const child = spawn(
    process.execPath,
    [cli, "test", "-c", folder, "--output", join(tmpdir(), "widgets-mock-playwright")],
    {
      env: { ...process.env, FORCE_COLOR: "0" },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  const read = (text: string) => {
    output += text;
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", read);
  const code = await new Promise((resolve) => child.once("close", resolve));
  const tests = readFileSync(join(folder, "widget.spec.ts"), "utf8").match(/^test\(/gm)?.length;
  expect(code, output).toBe(0);
  expect(output).toContain(`${tests} passed`);
});
