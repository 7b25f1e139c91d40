import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { run, runIn } from "./bin.test-helper.ts";

const bin = join(import.meta.dirname, "../dist/cli/widgets-mock.js");

/** Writes a script for the shell that calls the mock once, and then does something else. */
function script(lines: string): string {
  const folder = mkdtempSync(join(tmpdir(), "widgets-mock-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const list =
    'curl -s "$WIDGETS_API_URL/api/v1/widgets" -H "Authorization: Bearer $WIDGETS_API_KEY" >/dev/null || true';
  const file = join(folder, "tests.sh");
  writeFileSync(file, `${list}\n${lines}\n`);
  return file;
}

/** True if a process runs whose command line has this text. */
function isRunning(text: string): boolean {
  return execFileSync("ps", ["-A", "-o", "args="], { encoding: "utf8" })
    .split("\n")
    .some((line) => line.includes(text) && !line.includes("ps -A"));
}

/** A time to sleep that no other process sleeps for. */
const ownSeconds = () => `3${process.pid}.${Math.floor(Math.random() * 1e6)}`;

const only = ["--only", "A-OBJ-1", "--only", "extra-members"];

test("a run that hangs is ended with all that it started, even what ignores the request to", async () => {
  const seconds = ownSeconds();
  const hang = `(trap '' TERM; sleep ${seconds}; sleep ${seconds}) &\nsetsid sleep ${seconds} &\nwait`;
  const { code, err } = await run("rehearse", "--time-limit", "1s", "--", "sh", script(hang));
  expect(code).toBe(2);
  expect(err).toContain("the tests fail in the baseline, 3 times of 3: ended by the time limit of 1 s");
  expect(isRunning(seconds)).toBe(false);
});

test("what a run leaves behind is ended, and does not keep it", async () => {
  const seconds = ownSeconds();
  const { code } = await run("rehearse", ...only, "--", "sh", script(`sleep ${seconds} &\nexit 0`));
  expect(code).toBe(0);
  expect(isRunning(seconds)).toBe(false);
});

test.each(["SIGINT", "SIGTERM"] as const)("%s ends the rehearsal with all that it started", async (signal) => {
  const seconds = ownSeconds();
  const child = spawn(process.execPath, [bin, "rehearse", "--", "sh", script(`sleep ${seconds}`)], { stdio: "pipe" });
  await expect.poll(() => isRunning(seconds)).toBe(true);
  const ended = new Promise((resolve) => child.once("close", resolve));
  child.kill(signal);
  expect(await ended).toBe(signal === "SIGINT" ? 130 : 143);
  expect(isRunning(seconds)).toBe(false);
});

test("an ended rehearsal writes a report of what it saw", async () => {
  const seconds = ownSeconds();
  const report = join(mkdtempSync(join(tmpdir(), "widgets-mock-")), "report");
  onTestFinished(() => rmSync(join(report, ".."), { recursive: true }));
  // The run of the second variation hangs: it is the third run.
  const hang = `echo x >> ${report}.runs\n[ "$(wc -l < ${report}.runs)" -lt 3 ] || sleep ${seconds}`;
  const args = [
    bin,
    "rehearse",
    "--only",
    "A-OBJ-1",
    "--only",
    "rate-limited",
    "--report",
    report,
    "--",
    "sh",
    script(hang),
  ];
  const child = spawn(process.execPath, args, { stdio: "pipe" });
  const out: Buffer[] = [];
  child.stdout.on("data", (data) => out.push(data));
  await expect.poll(() => isRunning(seconds), { timeout: 30_000 }).toBe(true);
  const ended = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGTERM");
  expect(await ended).toBe(143);
  expect(Buffer.concat(out).toString()).toContain("The rehearsal was interrupted: 1 has no verdict.");
  const { variations, isInterrupted, exitCode } = JSON.parse(readFileSync(join(report, "report.json"), "utf8"));
  expect({ isInterrupted, exitCode }).toEqual({ isInterrupted: true, exitCode: 143 });
  expect(variations.map(({ verdict }: { verdict: string }) => verdict)).toEqual(["survives", "interrupted"]);
});

test("tests find the mock in the variables that the flags name", async () => {
  const check = 'curl -sf "$OTHER_URL/api/v1/widgets" -H "Authorization: Bearer $OTHER_KEY"';
  const { code } = await run(
    "rehearse",
    ...only,
    "--url-env",
    "OTHER_URL",
    "--key-env",
    "OTHER_KEY",
    "--",
    "sh",
    "-c",
    check,
  );
  expect(code).toBe(0);
});

test.each([
  [["--", "true"], "the tests pass, and never called the mock: they must read its URL from WIDGETS_API_URL"],
  [["--", "no-such-program"], 'cannot run "no-such-program": there is no such program'],
  [["--only", "A-LIST-33", "--", "true"], '--only: unknown variation "A-LIST-33", did you mean "A-LIST-3"?'],
  [["--only", "A-LIST-99", "--", "true"], '--only: unknown variation "A-LIST-99"; must be one of A-LIST-2, A-LIST-3, '],
  [["--known", "missing.json", "--", "true"], "--known: cannot read missing.json: no such file"],
  [["--crawl", "soon", "--", "true"], "--crawl must be a duration"],
  [["--jobs", "2", "--webhook-url", "http://127.0.0.1:9/", "--", "true"], "put {port} in it"],
  [[], "missing <command...>"],
])("%s cannot be followed", async (args, message) => {
  const { code, err } = await run("rehearse", ...args);
  expect(code).toBe(2);
  expect(err).toContain(message);
});

test("what follows -- is the command's own, --help and --version included", async () => {
  const { code, out } = await run("rehearse", "--plan", "--", "sh", script(""), "--help", "-v");
  expect(code).toBe(0);
  expect(out).toContain("The baseline took");
});

test("in a workflow of GitHub breaks are annotations", async () => {
  const fail =
    'curl -sf "$WIDGETS_API_URL/api/v1/widgets" -H "Authorization: Bearer $WIDGETS_API_KEY" || { echo "::error::mine"; exit 7; }';
  const { out, code } = await runIn(
    { GITHUB_ACTIONS: "true" },
    "rehearse",
    "--only",
    "unavailable",
    "--",
    "sh",
    "-c",
    fail,
  );
  expect(code).toBe(1);
  expect(out.match(/^::.*/gm)).toEqual([expect.stringMatching(/^::error title=unavailable breaks::.*exit code 7/)]);
});
