import { styleText } from "node:util";
import { type Mock, version } from "../mock/index.ts";
import { redactOrganization } from "../mock/redact-organization.ts";
import { type Listening, listen } from "../mock/server.ts";
import type { Rule } from "../spec/document.ts";
import { isJsonObject } from "../spec/merge-patch.ts";
import { type Invocation, UsageError } from "./command-line/command.ts";
import { press } from "./keys.ts";
import { createLog, type Log, type LogForm } from "./log.ts";
import { createMockFor, readApiKeys } from "./mock-options.ts";
import { type ServeFlags, serveCommand } from "./serve-flags.ts";
import { isTerminal, takeKeys } from "./terminal.ts";

/** What a terminal that does not read is still sent, in bytes; beyond it lines are dropped rather than kept in memory. */
const mostUnreadBytes = 1024 * 1024;

/** Runs the mock until it is stopped. */
export async function serve(invocation: Invocation<typeof serveCommand.flags>): Promise<undefined> {
  const { flags } = invocation;
  const mock = createMockFor(invocation, {
    onResponse: (entry, milliseconds) => log.answered(entry, milliseconds),
    onHappening: (happening) => log.happened(happening),
    onError: (error, requestId) =>
      process.stderr.write(`${requestId} ${error instanceof Error ? error.stack : error}\n`),
  });
  const terminal = process.stdout.isTTY;
  const keys = flags.apiKey && readApiKeys(flags.apiKey);
  const nameOf = (organization: string) => redactOrganization(organization, keys);
  const log = createLog(formOf(flags), writeLine, (rule) => sayingOf(mock, rule), { colours: terminal, nameOf });

  const listening = await open(mock, invocation);
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

/** @throws UsageError or Error that says what to give instead */
async function open(
  mock: Mock,
  { flags: { port, host }, sourceOf }: Pick<Invocation<typeof serveCommand.flags>, "flags" | "sourceOf">,
): Promise<Listening> {
  try {
    return await listen(mock, port, host);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") {
      throw new Error(`port ${port} is in use; stop what uses it, or pass another --port, or --port 0 for a free one`);
    }
    if (code === "EACCES") throw new Error(`port ${port} is not allowed; pass a --port above 1023`);
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
      const { expected } = serveCommand.flags.host;
      throw new UsageError(`${sourceOf("host")} must be ${expected}, got "${host}"`);
    }
    throw new Error(`cannot listen on ${host}, port ${port}: ${message}`);
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
  for (const rule of dialect.ignoredRules) {
    process.stderr.write(`widgets-mock: ${rule} is documented now; the choice for it in the dialect is ignored\n`);
  }
  const rules = isJsonObject(dialect.unsupported) ? Object.keys(dialect.unsupported) : [];
  if (rules.length === 0) return;
  process.stderr.write(
    `widgets-mock: the dialect says what the mock cannot act out, and it goes on without: ${rules.join(", ")}\n`,
  );
}

function formOf({ json, quiet }: ServeFlags): LogForm {
  return json ? "json" : quiet ? "quiet" : "text";
}

function welcome(url: string, flags: ServeFlags, hasKeys: boolean): string {
  const keys = flags.apiKey?.map((text) => text.split("=")[0]);
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
