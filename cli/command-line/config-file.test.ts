// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the placeholders of a config file
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { folderWith, runHere } from "../command-line.test-helper.ts";
import { describeCommands } from "../commands.ts";
import { configKeys } from "../config-keys.ts";
import { contractCommand } from "../contract-flags.ts";
import schema from "../generated/config.schema.json" with { type: "json" };
import { serveCommand } from "../serve-flags.ts";
import { type Command, UsageError } from "./command.ts";
import type { Flags } from "./flag.ts";
import { parseArguments } from "./parse-arguments.ts";
import { resolveFlags } from "./resolve-flags.ts";

const json = "widgets-mock.config.json";
const jsonFile = (config: unknown) => ({ [json]: typeof config === "string" ? config : JSON.stringify(config) });

/** The flags of a command in a folder with files. */
async function flagsOf<Table extends Flags>(
  command: Command<Table>,
  {
    args = [],
    env = {},
    files = {},
  }: { args?: readonly string[]; env?: Record<string, string>; files?: Record<string, string> },
) {
  const given = parseArguments(command, args);
  return (await resolveFlags(command, given, { cwd: folderWith(files), env, keys: configKeys })).flags;
}

describe("a value", () => {
  const files = jsonFile({ serve: { port: 1 }, contract: { url: "http://a.example" } });

  test("of the command line beats one of the environment, that one of the file, that the default", async () => {
    const env = { WIDGETS_MOCK_PORT: "2" };
    const ports = [
      await flagsOf(serveCommand, { args: ["-p", "3"], env, files }),
      await flagsOf(serveCommand, { env, files }),
      await flagsOf(serveCommand, { files }),
      await flagsOf(serveCommand, { env: { WIDGETS_MOCK_PORT: "" } }),
    ].map(({ port }) => port);
    expect(ports).toEqual([3, 2, 1, 4010]);
  });

  test("of an argument without a name can come from the environment and the file too", async () => {
    expect((await flagsOf(contractCommand, { files })).url).toBe("http://a.example");
    const env = { WIDGETS_CONTRACT_URL: "http://b.example", WIDGETS_API_KEY: "k" };
    expect(await flagsOf(contractCommand, { env, files })).toMatchObject({ url: "http://b.example", apiKey: "k" });
  });

  test("of a repeatable flag is one or an array in the file, and parted by commas in the environment", async () => {
    const [one, two] = ["http://a.example", "http://b.example"];
    for (const webhookUrl of [one, [one, two]]) {
      const flags = await flagsOf(serveCommand, { files: jsonFile({ serve: { webhookUrl } }) });
      expect(flags.webhookUrl).toEqual([webhookUrl].flat());
    }
    const env = { WIDGETS_MOCK_WEBHOOK_URL: `${one}, ${two}` };
    expect((await flagsOf(serveCommand, { env })).webhookUrl).toEqual([one, two]);
  });

  test("that excludes another one replaces it where the other comes from a weaker place", async () => {
    const files = jsonFile({ serve: { crawl: "5s", json: true } });
    expect(await flagsOf(serveCommand, { args: ["--realistic", "--quiet", "--no-json"], files })).toMatchObject({
      realistic: true,
      quiet: true,
      json: false,
    });
  });

  test("takes environment variables, whatever its kind", async () => {
    const serve = { port: "${PORT}", json: "${JSON}", apiKey: ["sk_test_a=${ORG}"] };
    const env = { PORT: "7", JSON: "true", ORG: "acme" };
    expect(await flagsOf(serveCommand, { files: jsonFile({ serve }), env })).toMatchObject({
      port: 7,
      json: true,
      apiKey: ["sk_test_a=acme"],
    });
    await expect(flagsOf(serveCommand, { files: jsonFile({ serve }), env: { PORT: "http" } })).rejects.toThrow(
      new UsageError(`${json}: /serve/json: the environment variable JSON is not set`),
    );
  });
});

test.each(["widgets-mock.config.js", "widgets-mock.config.mjs"])("%s exports the settings", async (name) => {
  const text = 'export default { serve: { port: 40 + 2, host: "${LITERAL}" } };';
  const files = { [name]: text, "package.json": '{"type":"module"}' };
  expect(await flagsOf(serveCommand, { files })).toMatchObject({ port: 42, host: "${LITERAL}" });
});

test("a section may be missing, and another command's may hold what this one knows nothing of", async () => {
  expect((await flagsOf(serveCommand, { files: jsonFile({ contract: { nothing: "${NOWHERE}" } }) })).port).toBe(4010);
});

test.each([
  [
    "no JSON",
    '{\n  "serve": {\n    "port": 1,,\n  }\n}',
    `${json} is not JSON, at line 3, column 15: property name expected`,
  ],
  ["a comment", "{\n  // no\n}", `${json} is not JSON, at line 2, column 3: invalid comment token`],
  ["an array", [], `${json}: the config must be an object, got an array`],
  ["an unknown command", { sreve: {} }, `${json}: unknown key /sreve, did you mean "serve"?`],
  ["no section", { serve: 4010 }, `${json}: /serve must be an object, got 4010`],
  ["an unknown key", { serve: { prot: 1 } }, `${json}: unknown key /serve/prot, did you mean "port"?`],
  ["a flag's spelling", { serve: { "api-key": "k" } }, `${json}: unknown key /serve/api-key, did you mean "apiKey"?`],
  ["a number as text", { serve: { port: "1" } }, `${json}: /serve/port must be an integer from 0 to 65535, got "1"`],
  [
    "a number that is too big",
    { serve: { port: 70000 } },
    `${json}: /serve/port must be an integer from 0 to 65535, got 70000`,
  ],
  ["a switch that is none", { serve: { json: "yes" } }, `${json}: /serve/json must be true or false, got "yes"`],
  [
    "an item of another kind",
    { serve: { webhookUrl: ["http://a.example", 1] } },
    `${json}: /serve/webhookUrl/1 must be a text that is not empty, got 1`,
  ],
  ["an array for one value", { serve: { host: ["::1"] } }, `${json}: /serve/host must be a single value, got an array`],
  [
    "a variable that is not set",
    { serve: { apiKey: ["${NO_KEY}"] } },
    `${json}: /serve/apiKey/0: the environment variable NO_KEY is not set`,
  ],
  [
    "a flag for the command line",
    { serve: { help: true } },
    `${json}: /serve/help cannot be set in a config file; pass --help on the command line`,
  ],
  [
    "flags that exclude each other",
    { serve: { json: true, quiet: true } },
    `${json}: /serve/json and ${json}: /serve/quiet cannot be used together`,
  ],
  [
    "a value that the mock rejects",
    { serve: { dialect: "hostil" } },
    new RegExp(`^${json}: /serve/dialect.*id you mean "hostile"\\?`),
  ],
])("a file with %s is an error that names the place", async (_, config, says) => {
  const { code, out, err } = await runHere(["--port", "0"], { cwd: folderWith(jsonFile(config)) });
  expect({ code, out }).toEqual({ code: 2, out: "" });
  const message = err.replace(/^widgets-mock: (.*)\n$/, "$1");
  if (typeof says === "string") expect(message).toBe(says);
  else expect(message).toMatch(says);
});

test.each([
  [["--config", "none.json"], {}, "--config: cannot read none.json: no such file"],
  [["--config", "."], {}, "--config: cannot read .: it is a folder"],
  [["--config", "none.mjs"], {}, "--config: cannot read none.mjs: no such file"],
  [
    [],
    { [json]: "{}", "widgets-mock.config.mjs": "" },
    `found ${json} and widgets-mock.config.mjs; keep one, or name one with --config`,
  ],
  [["--config", "a.mjs"], { "a.mjs": "throw new Error('no')" }, "a.mjs: no"],
  [["--config", "b.mjs"], { "b.mjs": "" }, "b.mjs: the config must be an object, got undefined"],
  [
    ["--config", "c.json"],
    { "c.json": '{"serve":{"port":-1}}' },
    "c.json: /serve/port must be an integer from 0 to 65535, got -1",
  ],
] as const)("%j with %j is an error", async (args, files, says) => {
  const { code, err } = await runHere([...args], { cwd: folderWith(files) });
  expect({ code, err }).toEqual({ code: 2, err: `widgets-mock: ${says}\n` });
});

test("a file that a setting names is reported with the place of the setting", async () => {
  const files = { ...jsonFile({ contract: { known: "./none.json" }, serve: { dialect: "./none.json" } }) };
  const [contract, serve] = [
    await runHere(["contract", "http://127.0.0.1:1", "--api-key", "k"], { cwd: folderWith(files) }),
    await runHere([], { cwd: folderWith(files) }),
  ];
  expect(contract.err).toContain(`${json}: /contract/known: cannot read ./none.json: no such file`);
  expect(serve.err).toBe(`widgets-mock: ${json}: /serve/dialect: cannot read ./none.json: no such file\n`);
});

test.each([
  ["dialect", "hostil", /"hostil"/],
  ["crawl", "soon", /"soon"/],
  ["webhookUrl", "nowhere", /"nowhere"/],
])("a %s that the mock rejects is reported with its place", async (name, value, says) => {
  const { code, err } = await runHere([], { cwd: folderWith(jsonFile({ serve: { [name]: value } })) });
  expect(code).toBe(2);
  expect(err).toContain(`widgets-mock: ${json}: /serve/${name}`);
  expect(err).toMatch(says);
});

test("a variable with a wrong value is named", async () => {
  const { err } = await runHere([], { env: { WIDGETS_MOCK_PORT: "x" } });
  expect(err).toBe('widgets-mock: WIDGETS_MOCK_PORT must be an integer from 0 to 65535, got "x"\n');
});

test("the schema agrees with the reader", () => {
  const isValid = new Ajv({ allowUnionTypes: true }).compile(schema);
  const good = {
    port: 1,
    json: true,
    apiKey: "k",
    webhookUrl: ["http://a.example"],
    seed: "${SEED}",
    realistic: "${R}",
  };
  expect(
    isValid({ $schema: "x", serve: good, contract: { timeLimit: "10m", effort: "quick", failOn: "${LEVEL}" } }),
  ).toBe(true);
  for (const bad of [
    { prot: 1 },
    { port: "1" },
    { port: -1 },
    { json: "yes" },
    { apiKey: "two words" },
    { help: true },
  ]) {
    expect([bad, isValid({ serve: bad })]).toEqual([bad, false]);
  }
  expect(isValid({ contract: { effort: "much" } })).toBe(false);
});

test("the keys that lead to a command's section are those of the commands", async () => {
  const paths = (await describeCommands()).flatMap(({ config }) => (config ? [config.join(".")] : []));
  const leaves = (keys: typeof configKeys, prefix = ""): string[] =>
    Object.entries(keys).flatMap(([key, below]) =>
      below === true ? [prefix + key] : leaves(below, `${prefix}${key}.`),
    );
  expect(new Set(leaves(configKeys))).toEqual(new Set(paths));
});
