import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import packageJson from "../package.json" with { type: "json" };
import { type Ended, run, runUnread } from "./bin.test-helper.ts";

/** One sentence or two for the user, on one line, and nothing else. */
function expectRefusal({ code, out, err }: Ended, exitCode: 1 | 2, says: RegExp): void {
  expect(err).toMatch(/^widgets-mock: [^\n]+[.?)]\n$/);
  expect(err).toMatch(says);
  expect({ code, out }).toEqual({ code: exitCode, out: "" });
}

function fileWith(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "widgets-mock-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "dialect.json");
  writeFileSync(file, text);
  return file;
}

test.concurrent.each([
  ["--prot", /no option --prot\. Did you mean --port\?/],
  ["--apikey", /no option --apikey\. Did you mean --api-key\?/],
  ["--dialekt=hostile", /no option --dialekt\. Did you mean --dialect\?/],
  ["--colour-of-the-sky", /no option --colour-of-the-sky\. See widgets-mock --help/],
  ["-z", /no option -z/],
])("the unknown option %s is refused, with the nearest right one where there is one", async (flag, says) => {
  expectRefusal(await run("--port", "0", flag), 2, says);
});

test.concurrent.each([
  "--port",
  "--host",
  "--crawl",
  "--clock",
  "--seed",
  "--api-key",
  "--dialect",
])("%s without its value is refused", async (flag) => {
  const says = new RegExp(`${flag} needs a value`);
  expectRefusal(await run(flag), 2, says);
  expectRefusal(await run(flag, "--quiet"), 2, says);
});

test("a webhook secret or address that is none is refused by its flag", async () => {
  expectRefusal(await run("--webhook-url", "nowhere"), 2, /^widgets-mock: --webhook-url: "nowhere" is no address/);
  const secret = await run("--webhook-url", "http://127.0.0.1:9", "--webhook-secret", "x");
  expectRefusal(secret, 2, /^widgets-mock: --webhook-secret: A webhook secret is whsec_/);
  expectRefusal(await run("--webhook-secret", "x"), 2, /goes with --webhook-url/);
});

test.concurrent.each([
  "--realistic",
  "--json",
  "--quiet",
  "--help",
  "--version",
])("%s with a value is refused", async (flag) => {
  expectRefusal(await run(`${flag}=yes`), 2, new RegExp(`${flag} takes no value`));
});

test.concurrent.each([
  ["--port", "http", /--port takes a whole number from 0 to 65535, not "http"/],
  ["--port", "65536", /--port takes .*"65536"/],
  ["--port", "4e3", /--port takes .*"4e3"/],
  ["--port", "", /--port takes .*""/],
  // An address of the block for documentation (RFC 5737): no machine has it.
  ["--host", "192.0.2.1", /--host.*192\.0\.2\.1.*127\.0\.0\.1/],
  ["--host", "", /--host/],
  ["--crawl", "soon", /--crawl.*"soon".*reads:3/],
  ["--crawl", "60s-30s", /--crawl.*"60s-30s"/],
  ["--crawl", "reads:0", /--crawl.*"reads:0"/],
  ["--clock", "stopped", /--clock.*"stopped".*manual@/],
  ["--clock", "manual@yesterday", /--clock.*"manual@yesterday"/],
  ["--clock", "manual@2026-04-31T00:00:00Z", /--clock.*"manual@2026-04-31T00:00:00Z"/],
  ["--clock", "manual@2026-04-09T14:00:00", /--clock.*"manual@2026-04-09T14:00:00"/],
  ["--seed", "1.5", /--seed takes a whole number.*"1\.5"/],
  ["--seed", "99999999999999999999", /--seed takes a whole number.*"99999999999999999999"/],
  ["--api-key", "two words", /--api-key takes a key, or key=organization, not "two words"/],
  ["--api-key", "=acme", /--api-key takes .*"=acme"/],
  ["--api-key", "sk_test_a=", /--api-key takes .*"sk_test_a="/],
  ["--api-key", "sk_live_a=acme", /--api-key takes no live key/],
  ["--dialect", "hostil", /no dialect "hostil"\. Did you mean "hostile"\?/],
  ["--dialect", "./no-such-dialect.json", /\.\/no-such-dialect\.json cannot be read/],
])("%s %s is refused", async (flag, value, says) => {
  expectRefusal(await run("--port", "0", flag, value), 2, says);
});

test.concurrent.each([
  ["--port", "-1"],
  ["--seed", "-1"],
])("%s %s is refused with a word about its value", async (flag, value) => {
  expectRefusal(await run(flag, value), 2, new RegExp(`${flag} (needs a value|takes a whole number)`));
});

test.each([
  ["no JSON", '{"A-VAL-1": "422",', /is not JSON/],
  ["no JSON on several lines", '{\n  "A-VAL-1": 422 px,\n  "A-ERR-1": "envelope"\n}\n', /is not JSON/],
  ["no object", '["hostile"]', /JSON object from rule ids to choices/],
  ["an unknown rule", '{"A-VAL-11": "422"}', /no rule "A-VAL-11"\. Did you mean "A-VAL-1"\?/],
  ["a documented rule", '{"OBJ-1": "number"}', /OBJ-1 has no choices/],
  ["an unknown choice", '{"A-ERR-1": "envelop"}', /A-ERR-1 has no choice "envelop"\. Did you mean "envelope"\?/],
  ["a choice that is no name", '{"A-VAL-1": 422}', /A-VAL-1 has no choice 422\. \(400, 422\)/],
])("a dialect file that holds %s is refused", async (_, text, says) => {
  const file = fileWith(text);
  const ended = await run("--port", "0", "--dialect", file);
  expectRefusal(ended, 2, says);
  expect(ended.err).toContain(file);
});

test.concurrent.each([
  [["--json", "--quiet"], /--json or --quiet, not both/],
  [["--realistic", "--crawl", "2s"], /--realistic or --crawl, not both/],
  [["serv"], /no command "serv"\. There are serve, contract, fixtures and spec/],
  [["constructor"], /no command "constructor"/],
  [["serve", "now"], /"now" is not understood/],
  [["spec", "--rule"], /no option --rule\. Did you mean --rules\?/],
  [["spec", "openapi"], /"openapi" is not understood/],
])("%j is refused", async (args, says) => {
  expectRefusal(await run(...args), 2, says);
});

test("a port in use is told, with what to do", async () => {
  const other = createServer();
  onTestFinished(() => void other.close());
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as AddressInfo;
  expectRefusal(await run("--port", String(port)), 1, new RegExp(`Port ${port} is in use\\..*--port`));
});

test("--help names every option and every command that there is", async () => {
  const { code, out, err } = await run("--help");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const named = [...out.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, flag]) => flag);
  expect(named.sort()).toEqual(optionsInCode("serve-flags.ts").sort());
  for (const flag of optionsInCode("spec.ts")) expect(out).toContain(flag);
  expect(out).toMatch(/widgets-mock \[serve\]/);
  expect(out).toMatch(/widgets-mock spec/);
  for (const same of [["-h"], ["serve", "--help"], ["spec", "--help"]]) expect((await run(...same)).out).toBe(out);
});

/** The options that a subcommand's code reads, each with its dashes. */
function optionsInCode(file: string): string[] {
  const code = readFileSync(join(import.meta.dirname, file), "utf8");
  return [...code.matchAll(/"?([a-z-]+)"?: \{ type: "(?:string|boolean)"/g)].map(([, name]) => `--${name}`);
}

test("--version prints the package's version", async () => {
  expect(await run("--version")).toEqual({ code: 0, out: `${packageJson.version}\n`, err: "" });
});

test.concurrent.each([
  "--help",
  "--version",
  "spec",
])("%s says nothing on standard error when nobody reads it", async (arg) => {
  expect((await runUnread(arg)).err).toBe("");
});
