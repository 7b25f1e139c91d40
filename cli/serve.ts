import { styleText } from "node:util";
import { type Mock, version } from "../mock/index.ts";
import { redactOrganization } from "../mock/redact-organization.ts";
import { type Listening, listen } from "../mock/server.ts";
import type { Rule } from "../spec/document.ts";
import { isJsonObject } from "../spec/merge-patch.ts";
import { help } from "./help.ts";
import { press } from "./keys.ts";
import { createLog, type Log, type LogForm } from "./log.ts";
import { createMockFor, type Flags, options, readKeys } from "./serve-flags.ts";
import { isTerminal, takeKeys } from "./terminal.ts";
import { readFlags, UsageError, wholeNumber } from "./usage.ts";

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
    onResponse: (entry, milliseconds) => log.answered(entry, milliseconds),
    onHappening: (happening) => log.happened(happening),
    onError: (error, requestId) =>
      process.stderr.write(`${requestId} ${error instanceof Error ? error.stack : error}\n`),
  });
  const terminal = process.stdout.isTTY;
  const keys = flags["api-key"] && readKeys(flags["api-key"]);
  const nameOf = (organization: string) => redactOrganization(organization, keys);
  const log = createLog(formOf(flags), writeLine, (rule) => sayingOf(mock, rule), { colours: terminal, nameOf });

  const listening = await open(mock, port, flags.host);
  // Before the first line: whoever waits for it may end the mock at once.
  const end = endOnSignal(mock, listening, log);
  writeLine(`widgets-mock ${version} listening on ${listening.url}`);
  log.started(mock.seed, mock.dialect.name);
  warnOfUnsupported(mock);
  if (formOf(flags) !== "text") return;
  const hasKeys = isTerminal() && takeKeys((key) => answerKey(key, mock, end));
  if (terminal) writeLine(welcome(listening.url, flags, hasKeys));
}

/** Tells what came of a key, apart from the log's own lines. */
function answerKey(key: string, mock: Mock, quit: () => void): void {
  const told = press(key, { mock, quit, columns: process.stdout.columns || 80, colours: true });
  if (told.includes("\n")) writeLine(`${told}\n`);
  else if (told !== "") writeLine(styleText("cyan", `» ${told}`));
  // Whoever parts a log with empty lines goes on to.
  else if (key === "\r") writeLine("");
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

/** What an assumed rule says, and what the mock does instead where its dialect chose otherwise. */
function sayingOf({ dialect }: Mock, rule: string): string {
  const rules: { readonly [id: string]: Rule } = dialect.document["x-rules"];
  const choices: { readonly [id: string]: string } = { ...dialect.choices };
  const { says = "", choices: offered } = rules[rule] ?? {};
  return offered && choices[rule] !== offered[0]?.choice ? `not: ${says}, but: ${choices[rule]}` : says;
}

/** A dialect recorded from an implementation may hold what the mock has no choice for. */
function warnOfUnsupported({ dialect }: Mock): void {
  for (const rule of dialect.readPast) {
    process.stderr.write(
      `widgets-mock: the documentation says ${rule} now, so there is nothing to choose: read past.\n`,
    );
  }
  const rules = isJsonObject(dialect.unsupported) ? Object.keys(dialect.unsupported) : [];
  if (rules.length === 0) return;
  process.stderr.write(
    `widgets-mock: the dialect says what the mock cannot act out, and it goes on without: ${rules.join(", ")}\n`,
  );
}

function formOf({ json, quiet }: Flags): LogForm {
  return json ? "json" : quiet ? "quiet" : "text";
}

function welcome(url: string, flags: Flags, hasKeys: boolean): string {
  const keys = flags["api-key"]?.map((text) => text.split("=")[0]);
  const key = keys?.[0] ?? "sk_test_demo";
  const known = keys
    ? `The keys it knows: ${keys.join(", ")}.`
    : "Any key that begins with sk_test_ is an organization of its own.";
  return `
${known} Create a widget:

  curl ${url}/api/v1/widgets -H "Authorization: Bearer ${key}" \\
    -H "Content-Type: application/json" -d '{"name":"Northwind Catering","site_url":"https://northwindcatering.example"}'

The document is at ${url}/openapi.json. ${hasKeys ? "Press h for the keys; " : ""}Ctrl-C ends the mock.
`;
}

/** @returns what ends the mock without a signal */
function endOnSignal(mock: Mock, listening: Listening, log: Log): () => void {
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
  return () => void end();
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
