import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import packageJson from "../package.json" with { type: "json" };
import { run, runUnread } from "./bin.test-helper.ts";
import { type CommandResult, folderWith, runHere } from "./command-line.test-helper.ts";

/** One line for the user, and nothing else. */
function expectError({ code, out, err }: CommandResult, exitCode: 1 | 2, says: RegExp): void {
  expect(err).toMatch(/^widgets-mock: [^\n]+\n$/);
  expect(err).toMatch(says);
  expect({ code, out }).toEqual({ code: exitCode, out: "" });
}

test.each([
  [["--prot", "4011"], 'unknown option "--prot", did you mean "--port"?'],
  [["--apikey"], 'unknown option "--apikey", did you mean "--api-key"?'],
  [["--key", "k"], 'unknown option "--key", did you mean "--api-key"?'],
  [["--dialekt=hostile"], 'unknown option "--dialekt", did you mean "--dialect"?'],
  [["--colour-of-the-sky"], 'unknown option "--colour-of-the-sky"; see "widgets-mock help serve"'],
  [["--openapi"], 'unknown option "--openapi"; print the OpenAPI document with "widgets-mock spec"'],
  [["--verbose"], 'unknown option "--verbose"; every request is logged; --json logs more of it'],
  [["--snapshot", "x"], 'unknown option "--snapshot"; export and restore state with "widgets-mock ctl snapshot"'],
  [["-z"], 'unknown option "-z"; see "widgets-mock help serve"'],
  [["--no-port"], 'unknown option "--no-port"; see "widgets-mock help serve"'],
  [["--port", "--quiet"], "--port needs a value"],
  [["--host"], "--host needs a value"],
  [["--json=yes"], "--json takes no value"],
  [["--json", "--quiet"], "--json and --quiet cannot be used together"],
  [["--realistic", "--crawl", "2s"], "--realistic and --crawl cannot be used together"],
  [["--webhook-secret", `whsec_${"A".repeat(32)}`], "--webhook-secret requires --webhook-url"],
  [["serve", "now"], 'unexpected argument "now"; see "widgets-mock help serve"'],
  [["serv"], 'unknown command "serv", did you mean "serve"?'],
  [["contarct"], 'unknown command "contarct", did you mean "contract"?'],
  [["help", "contarct"], 'unknown command "contarct", did you mean "contract"?'],
  [["constructor"], /unknown command "constructor"; the commands are serve, /],
  [["spec", "--rule"], 'unknown option "--rule", did you mean "--rules"?'],
  [["proxy"], "missing <staging>, as in: widgets-mock proxy https://staging.example.com"],
  [
    ["proxy", "http://127.0.0.1:1/eu/api/v1/"],
    "<staging> ends in /api/v1, which the paths begin with; use http://127.0.0.1:1/eu",
  ],
  [
    ["proxy", "http://127.0.0.1:1", "--answer-timeout", "0"],
    '--answer-timeout must be a time such as 500ms, 90s or 10m, 1ms at least, got "0"',
  ],
  [["spec", "openapi"], 'unexpected argument "openapi"; see "widgets-mock help spec"'],
  [["listen", "--api-key", "sk_test_acme"], "--api-key requires --from"],
  [
    ["send", "--to", "http://127.0.0.1:1", "--secret", "whsec_bad"],
    "--secret must be whsec_ and 24 to 64 bytes in base64",
  ],
])("%j is an error of usage", async (args, says) => {
  expectError(await runHere(args), 2, typeof says === "string" ? exactly(says) : says);
});

test.each([
  ["--port", "http", /--port must be an integer from 0 to 65535, got "http"/],
  ["--port", "65536", /--port must be .*got "65536"/],
  ["--port", "4e3", /--port must be .*got "4e3"/],
  ["--port", "-1", /--port must be .*got "-1"/],
  ["--port", "", /--port must be .*got ""/],
  ["--port", "40\n10", /--port must be .*got "40\\u000a10"\n$/],
  // An address of the block for documentation (RFC 5737): no machine has it.
  ["--host", "192.0.2.1", /--host must be an address of this machine, .*got "192\.0\.2\.1"/],
  ["--host", "", /--host must be an address of this machine, .*got ""/],
  ["--crawl", "soon", /--crawl.*reads:3.*"soon"/],
  ["--clock", "manual@2026-04-31T00:00:00Z", /--clock.*"manual@2026-04-31T00:00:00Z"/],
  ["--seed", "1.5", /--seed must be an integer .*got "1\.5"/],
  ["--seed", "99999999999999999999", /--seed must be an integer .*got "99999999999999999999"/],
  ["--dialect", "hostil", /--dialect.*"hostil".*id you mean "hostile"\?/],
  ["--dialect", "./no-such-dialect.json", /cannot read \.\/no-such-dialect\.json/],
  ["--scenario", "one-of-all", /--scenario.*"one-of-all".*id you mean "one-of-each"\?/],
  ["--webhook-url", "nowhere", /--webhook-url.*"nowhere"/],
  ["--webhook-allow", "10.0.0.0/99", /--webhook-allow must be a network such as .*, got "10\.0\.0\.0\/99"/],
  ["--coverage", "/proc/coverage", /--coverage: cannot write to \/proc\/coverage: /],
])("%s %s is an error that says what would be right", async (flag, value, says) => {
  expectError(await runHere(["--port", "0", flag, value]), 2, says);
});

test.each([
  ["two words", /--api-key must be a key or key=organization, without spaces or commas\n/],
  ["=acme", /--api-key must be /],
  ["sk_test_a=", /--api-key must be /],
  ["sk_live_a=acme", /--api-key must not be a live key/],
])("the key %s is rejected, and not shown", async (value, says) => {
  const result = await runHere(["--port", "0", "--api-key", value]);
  expectError(result, 2, says);
  expect(result.err).not.toContain(value);
});

test("a key that is given twice is rejected by its numbers", async () => {
  const result = await runHere(["--port", "0", ...["a=x", "b", "a=y"].flatMap((key) => ["--api-key", key])]);
  expectError(result, 2, /--api-key: the keys #1 and #3 are the same/);
});

test.each([
  ["no JSON", '{"A-VAL-1": "422",', /not JSON/],
  ["no object", '["hostile"]', /JSON object from rule ids to choices/],
  ["an unknown rule", '{"A-VAL-11": "422"}', /"A-VAL-11".*id you mean "A-VAL-1"\?/],
  ["a documented rule", '{"OBJ-1": "number"}', /OBJ-1 has no choices/],
  ["an unknown choice", '{"A-ERR-1": "envelop"}', /A-ERR-1: unknown choice "envelop", did you mean "envelope"\?/],
])("a dialect file that holds %s is rejected", async (_, text, says) => {
  const file = join(folderWith({ "dialect.json": text }), "dialect.json");
  const result = await runHere(["--port", "0", "--dialect", file]);
  expectError(result, 2, says);
});

const call = { kind: "call", operation: "createWidget" };

test.each([
  ["no JSON", "{", /scenario\.json: not JSON: /],
  ["an unknown kind of step", { steps: [{ kind: "walk" }] }, /scenario\.json: steps\[0\]: unknown kind "walk", /],
  [
    "a step that is rejected",
    { steps: [call] },
    /scenario\.json: steps\[0\]: cannot be played: createWidget is rejected/,
  ],
  [
    "an unknown part of a run",
    { scripts: [{ id: "a", lane: "loud", steps: [] }] },
    /: scripts\[0\]\.lane: unknown value/,
  ],
])("a scenario file that holds %s is rejected", async (_, content, says) => {
  const given = typeof content === "string" || "scripts" in content ? content : { description: "Mine.", ...content };
  const text = typeof given === "string" ? given : JSON.stringify(given);
  const file = join(folderWith({ "scenario.json": text }), "scenario.json");
  expectError(await runHere(["--port", "0", "--scenario", file]), 2, says);
});

/** A port of this machine on which another program listens. */
async function portInUse(): Promise<number> {
  const other = createServer();
  onTestFinished(() => void other.close());
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  return (other.address() as AddressInfo).port;
}

test("a port in use is reported, with what to do", async () => {
  const port = await portInUse();
  expectError(await runHere(["--port", String(port)]), 1, new RegExp(`port ${port} is in use; .*--port 0 for a free`));
});

test("a variable that several commands share is ignored by one that has no use for it", async () => {
  const port = await portInUse();
  const result = await runHere(["listen", "--port", String(port)], { env: { WIDGETS_API_KEY: "sk_test_acme" } });
  // The first error is that of the port.
  expectError(result, 1, new RegExp(`port ${port} is in use`));
});

test("a variable that is nearly one of the command's is noted, and somebody else's is not", async () => {
  const env = { WIDGETS_MOCK_PROT: "4", WIDGETS_MOCK_URL: "http://127.0.0.1:4", WIDGETS_MOCK_QUIET: "true" };
  const { code, err } = await runHere(["--port", String(await portInUse())], { env });
  expect(code).toBe(1);
  expect(err).toMatch(/^widgets-mock: WIDGETS_MOCK_PROT is not read, did you mean WIDGETS_MOCK_PORT\?\n.*in use.*\n$/);
});

test.each([[["--version"]], [["-v"]], [["serve", "-v"]]])("%j prints the version of the package", async (args) => {
  expect(await runHere(args)).toEqual({ code: 0, out: `${packageJson.version}\n`, err: "" });
});

test.concurrent.each([
  "--help",
  "--version",
  "spec",
])("%s writes nothing to standard error when nobody reads its output", async (arg) => {
  expect((await runUnread(arg)).err).toBe("");
});

function exactly(text: string): RegExp {
  return new RegExp(`^widgets-mock: ${text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}\n$`);
}

test.each([
  [[], 1],
  [["contract"], 2],
])("an unexpected error in %j is printed without the line of code that it comes from", async (command, exitCode) => {
  const bug = "await new Promise(() => setTimeout(() => { /* much code */ throw new Error('a bug'); }));";
  const config = join(folderWith({ "bug.mjs": bug }), "bug.mjs");
  const { code, out, err } = await run(...command, "--config", config);
  expect({ code, out }).toEqual({ code: exitCode, out: "" });
  expect(err).toMatch(/^widgets-mock: unexpected error: Error: a bug\n {4}at /);
  expect(err).not.toContain("much code");
});
