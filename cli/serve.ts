import { readFileSync } from "node:fs";
import { createMock, DialectError, type Mock, type MockOptions, OptionError, version } from "../mock/index.ts";
import { type Listening, listen } from "../mock/server.ts";
import { isJsonObject } from "../spec/merge-patch.ts";
import { help } from "./help.ts";
import { createLog, type Log, type LogForm } from "./log.ts";
import { readFlags, UsageError, wholeNumber } from "./usage.ts";

const options = {
  port: { type: "string", default: "4010" },
  host: { type: "string", default: "127.0.0.1" },
  crawl: { type: "string" },
  realistic: { type: "boolean" },
  clock: { type: "string" },
  seed: { type: "string" },
  "api-key": { type: "string", multiple: true },
  dialect: { type: "string" },
  json: { type: "boolean" },
  quiet: { type: "boolean" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
} as const;

type Flags = ReturnType<typeof readFlags<typeof options>>;

/** What a terminal that does not read is still sent, in bytes; beyond it lines are dropped rather than kept in memory. */
const mostUnreadBytes = 1024 * 1024;

/** `widgets-mock serve`: runs the mock until it is told to end. */
export async function serve(args: readonly string[]): Promise<void> {
  const flags = readFlags(args, options);
  if (flags.help) return print(help);
  if (flags.version) return print(`${version}\n`);
  const port = wholeNumber("--port", flags.port, 65535);
  // Node takes an empty address for all of them.
  if (flags.host === "") throw new UsageError("--host takes an address, such as 127.0.0.1, not nothing.");
  const mock = createMockFor(flags, {
    answered: (entry, milliseconds) => log.answered(entry, milliseconds),
    happened: (happening) => log.happened(happening),
    failed: (error, requestId) =>
      process.stderr.write(`${requestId} ${error instanceof Error ? error.stack : error}\n`),
  });
  const rules: { readonly [id: string]: { readonly says: string } } = mock.dialect.document["x-rules"];
  const terminal = process.stdout.isTTY;
  const log = createLog(formOf(flags), writeLine, (rule) => rules[rule]?.says ?? "", terminal);

  const listening = await open(mock, port, flags.host);
  // Before the first line: whoever waits for it may end the mock at once.
  endOnSignal(mock, listening, log);
  writeLine(`widgets-mock ${version} listening on ${listening.url}`);
  log.started(mock.seed, mock.dialect.name);
  warnOfUnsupported(mock);
  if (terminal && formOf(flags) === "text") writeLine(welcome(listening.url, flags));
}

function createMockFor(flags: Flags, observer: NonNullable<MockOptions["observer"]>): Mock {
  if (flags.realistic && flags.crawl !== undefined) throw new UsageError("Give --realistic or --crawl, not both.");
  if (flags.json && flags.quiet) throw new UsageError("Give --json or --quiet, not both.");
  const crawl = flags.realistic ? "30s-60s" : flags.crawl;
  try {
    return createMock({
      observer,
      seed: flags.seed === undefined ? 1 : wholeNumber("--seed", flags.seed, Number.MAX_SAFE_INTEGER),
      ...(crawl === undefined ? {} : { crawl }),
      ...(flags.clock === undefined ? {} : { clock: flags.clock }),
      ...(flags["api-key"] === undefined ? {} : { apiKeys: readKeys(flags["api-key"]) }),
      ...(flags.dialect === undefined ? {} : { dialect: readDialect(flags.dialect) }),
    });
  } catch (error) {
    if (error instanceof OptionError) throw new UsageError(`--${error.message}`);
    if (error instanceof DialectError) throw new UsageError(`--dialect ${flags.dialect}: ${error.message}`);
    throw error;
  }
}

function readKeys(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const [key = "", organization = key] = text.split(/=(.*)/s);
      if (!/^[\x21-\x7e]+$/.test(key) || key.includes(",") || organization === "") {
        throw new UsageError(`--api-key takes a key, or key=organization, not "${text}".`);
      }
      if (key.startsWith("sk_live_")) throw new UsageError("--api-key takes no live key; give one of your own making.");
      return [key, organization];
    }),
  );
}

/** A dialect's name, or what a JSON file holds: whatever has a slash or a dot is a file. */
function readDialect(given: string): unknown {
  if (!/[./\\]/.test(given)) return given;
  let text: string;
  try {
    text = readFileSync(given, "utf8");
  } catch {
    throw new UsageError(`--dialect: the file ${given} cannot be read.`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--dialect: ${given} is not JSON: ${(error as Error).message}.`);
  }
}

async function open(mock: Mock, port: number, host: string): Promise<Listening> {
  try {
    return await listen(mock, port, host);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE")
      throw new Error(`Port ${port} is in use. Stop what uses it, or give another with --port.`);
    if (code === "EACCES") throw new Error(`Port ${port} is not allowed. Give one above 1023 with --port.`);
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
      throw new UsageError(`--host: ${host} is no address of this machine. Give 127.0.0.1, ::1 or 0.0.0.0.`);
    }
    throw new Error(`The mock cannot listen on ${host}, port ${port}: ${message}.`);
  }
}

/** A dialect recorded from an implementation may hold what the mock has no choice for. */
function warnOfUnsupported({ dialect }: Mock): void {
  if (dialect.unsupported === undefined) return;
  const what = isJsonObject(dialect.unsupported) ? Object.keys(dialect.unsupported).join(", ") : "";
  process.stderr.write(
    `widgets-mock: the dialect says what the mock cannot act out, and it goes on without: ${what}\n`,
  );
}

function formOf({ json, quiet }: Flags): LogForm {
  return json ? "json" : quiet ? "quiet" : "text";
}

function welcome(url: string, flags: Flags): string {
  const key = flags["api-key"]?.[0]?.split("=")[0] ?? "sk_test_demo";
  return `
Any key that begins with sk_test_ is an organization of its own. Create a widget:

  curl ${url}/api/v1/widgets -H "Authorization: Bearer ${key}" \\
    -H "Content-Type: application/json" -d '{"name":"Northwind Catering","site_url":"https://northwindcatering.example"}'

The document is at ${url}/openapi.json. Ctrl-C ends the mock.
`;
}

function endOnSignal(mock: Mock, listening: Listening, log: Log): void {
  let ending = false;
  const end = async (): Promise<void> => {
    if (ending) return;
    ending = true;
    mock.close();
    log.summary();
    await listening.close();
    // What the log still has to say may take a moment, and no longer.
    if (process.stdout.writableLength > 0) {
      await Promise.race([new Promise((resolve) => process.stdout.once("drain", resolve)), pause(300)]);
    }
    process.exit(0);
  };
  process.on("SIGINT", () => void end());
  process.on("SIGTERM", () => void end());
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function writeLine(line: string): void {
  if (process.stdout.writableLength < mostUnreadBytes) print(`${line}\n`);
}

function print(text: string): void {
  process.stdout.write(text);
}
