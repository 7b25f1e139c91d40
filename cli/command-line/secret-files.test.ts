import { expect, test } from "vitest";
import { folderWith, runHere } from "../command-line.test-helper.ts";
import { describeCommands } from "../commands.ts";
import { configKeys } from "../config-keys.ts";
import { contractCommand } from "../contract-flags.ts";
import { serveCommand } from "../serve-flags.ts";
import type { Command } from "./command.ts";
import type { Flags } from "./flag.ts";
import { parseArguments } from "./parse-arguments.ts";
import { resolveFlags } from "./resolve-flags.ts";

const files = { token: "from-a-file\n", keys: "sk_test_a=acme\r\n\nsk_test_b\n", empty: "\n", two: "two words" };

async function flagsOf<Table extends Flags>(
  command: Command<Table>,
  { args = [], env = {}, config }: { args?: readonly string[]; env?: Record<string, string>; config?: object },
) {
  const cwd = folderWith({ ...files, ...(config && { "widgets-mock.config.json": JSON.stringify(config) }) });
  return (await resolveFlags(command, parseArguments(command, args), { cwd, env, keys: configKeys })).flags;
}

test("a secret can stand in a file that a flag, a variable or the config file names", async () => {
  for (const given of [
    { args: ["--control-token-file", "token"] },
    { env: { WIDGETS_MOCK_CONTROL_TOKEN_FILE: "token" } },
    { config: { serve: { controlTokenFile: "token" } } },
  ]) {
    expect(await flagsOf(serveCommand, given)).toMatchObject({ controlToken: "from-a-file" });
  }
  const env = { WIDGETS_API_KEY_FILE: "token" };
  expect((await flagsOf(contractCommand, { env })).apiKey).toBe("from-a-file");
});

test("several stand in one file, one a line", async () => {
  const { apiKey } = await flagsOf(serveCommand, { args: ["--api-key-file", "keys"] });
  expect(apiKey).toEqual(["sk_test_a=acme", "sk_test_b"]);
});

test("the command line beats the environment, in whichever form each has the secret", async () => {
  const variable = { WIDGETS_MOCK_CONTROL_TOKEN: "variable" };
  const fileVariable = { WIDGETS_MOCK_CONTROL_TOKEN_FILE: "token" };
  const tokens = [
    await flagsOf(serveCommand, { args: ["--control-token-file", "token"], env: variable }),
    await flagsOf(serveCommand, { args: ["--control-token", "flag"], env: fileVariable }),
  ].map(({ controlToken }) => controlToken);
  expect(tokens).toEqual(["from-a-file", "flag"]);
});

test.each([
  [["--control-token-file", "none"], "--control-token-file: cannot read none: no such file"],
  [["--control-token-file", "."], "--control-token-file: cannot read .: it is a folder"],
  [
    ["--control-token-file", "two"],
    "--control-token-file: the content of two must be printable ASCII characters without spaces",
  ],
  [["--api-key-file", "empty"], "--api-key-file: empty is empty"],
  [
    ["--control-token-file", "token", "--control-token", "x"],
    "--control-token and --control-token-file cannot be used together",
  ],
  [["--control-token-file", "token", "--no-control"], "--no-control and --control-token-file cannot be used together"],
  [["ctl", "health", "--api-key-file", "none"], "--api-key-file: cannot read none: no such file"],
  [
    ["ctl", "webhooks", "add", "http://a.example", "--secret-file", "none"],
    "--secret-file: cannot read none: no such file",
  ],
] as const)("%j is an error", async (args, says) => {
  const { code, out, err } = await runHere([...args], { cwd: folderWith(files) });
  expect({ code, out, err }).toEqual({ code: 2, out: "", err: `widgets-mock: ${says}\n` });
});

test("every secret of every command can stand in a file", async () => {
  for (const { name, flags } of await describeCommands()) {
    const secrets = Object.entries(flags).filter(
      ([flag, { isSecret }]) => isSecret ?? /secret$|token$|key$/i.test(flag),
    );
    for (const [secret] of secrets) {
      // A file with a key is named already.
      if (!["clientKey", "tlsKey"].includes(secret))
        expect(flags[`${secret}File`]?.fileOf, `${name} --${secret}`).toBe(secret);
    }
  }
});

test.each([
  [["--webhook-url", "ftp://me:hunter2@127.0.0.1"]],
  [["--webhook-url", "http://me:hunter2@127.0.0.1"]],
  [["contract", "ftp://me:hunter2@127.0.0.1"]],
  [["contract", "http://me:hunter2@127.0.0.1"]],
  [["contract", "http://127.0.0.1:1", "http://me:hunter2@127.0.0.1"]],
  [["contract", "http://127.0.0.1:1", "--api-key", "k", "--proxy", "http://me:hunter2@127.0.0.1:1"]],
  [
    [
      "contract",
      "http://127.0.0.1:1",
      "--api-key",
      "k",
      "--webhook-port",
      "0",
      "--webhook-public-url",
      "ftp://me:hunter2@a",
    ],
  ],
  [["ctl", "health", "--url", "http://me:hunter2@127.0.0.1:1"]],
  [["ctl", "health", "--url", "ftp://me:hunter2@127.0.0.1:1"]],
])("the error of %j does not repeat the password", async ([...args]) => {
  const { code, out, err } = await runHere(args, { cwd: folderWith({}) });
  expect(code).not.toBe(0);
  expect(err).toMatch(/^widgets-mock: /);
  expect(out + err).not.toContain("hunter2");
});
