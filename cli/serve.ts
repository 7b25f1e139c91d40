import { join, resolve } from "node:path";
import { styleText } from "node:util";
import { type Listening, type ListenOptions, listen } from "../mock/http/listen.ts";
import { type Mock, version } from "../mock/index.ts";
import type { StoredMock } from "../mock/store/open-mock.ts";
import type { Rule } from "../spec/document.ts";
import { isJsonObject } from "../spec/merge-patch.ts";
import { isBlockedPort } from "./blocked-ports.ts";
import { type Invocation, UsageError } from "./command-line/command.ts";
import { explainListenError } from "./listen-error.ts";
import { createLog, type Log } from "./log.ts";
import { createMockFor } from "./mock-options.ts";
import { openBrowser } from "./open-browser.ts";
import type { ServeFlags, serveCommand } from "./serve-flags.ts";
import { onStopSignal } from "./stop-signals.ts";

/** Bytes that wait for a reader who is slow; beyond it lines are dropped rather than kept in memory. */
const maxUnreadBytes = 1024 * 1024;
/** How long requests that are under way at the end may take. Docker kills after 10 s, unless it is told to wait longer. */
const graceMs = 20_000;

/** Runs the mock until it is stopped. */
export async function serve(invocation: Invocation<typeof serveCommand.flags>): Promise<undefined> {
  const { flags, cwd, sourceOf } = invocation;
  if (flags.coverage !== undefined) {
    const { makeWritableFolder } = await import("./report-folder.ts");
    makeWritableFolder(resolve(cwd, flags.coverage), sourceOf("coverage"));
  }
  const terminal = process.stdout.isTTY;
  const log = flags.quiet
    ? undefined
    : createLog(flags.json ? "json" : "text", {
        write: writeLine,
        textOf: (rule) => assumptionText(mock, rule),
        colours: terminal,
      });
  const mock = await createMockFor(invocation, {
    // Without a log nothing has to be made for it.
    ...(log && { onResponse: log.response, onHappening: log.happening }),
    onError: (error, requestId) => writeError(`${requestId} ${textOfError(error)}`),
  });

  const listening = await open(mock, invocation);
  // Before the first line: whoever waits for it may stop the mock at once.
  const stop = stopOnSignal(listening, {
    mock,
    log,
    report: () => reportCoverageOf(mock, invocation),
  });
  writeLine(`widgets-mock ${version} listening on ${listening.url}`);
  const consoleUrl = flags.noConsole || flags.noControl ? undefined : `${listening.url}/_mock/console/`;
  const keys = acceptedKeys(mock, flags);
  const stored = "store" in mock ? mock : undefined;
  log?.start({
    seed: mock.seed,
    dialect: mock.dialect.name,
    console: consoleUrl,
    state: stored?.store.description,
    keys,
  });
  if (stored) tellOfState(stored, flags);
  const openConsole = consoleUrl === undefined ? undefined : () => openBrowser(consoleUrl, warnOfBrowser(consoleUrl));
  if (flags.open) openConsole?.();
  warnOfUnsupported(mock);
  if (isBlockedPort(flags.port)) {
    writeError(`widgets-mock: browsers and fetch refuse to call port ${flags.port}; pass another --port for them`);
  }
  // Keys would control this process alone, and the database may be shared with others.
  if (flags.quiet || flags.json || !terminal || flags.database !== undefined) return;
  // Loaded only here: what reads single keys is not needed to serve.
  const { listenForKeys, pressKey } = await import("./keys.ts");
  const hasKeys = listenForKeys((key) => {
    const result = pressKey(key, { mock, quit: stop, openConsole });
    if (result !== "") writeLine(styleText("cyan", result.includes("\n") ? `${result}\n` : `» ${result}`));
  }, stop);
  writeLine(welcome({ url: listening.url, consoleUrl, isOpen: mock.core.keyPolicy.isOpen }, flags, hasKeys));
}

/** The text of a bug, with where it is; of a store, what has happened to it. */
function textOfError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return error.name === "StoreError" ? error.message : error.stack;
}

function tellOfState({ notes, seed }: StoredMock, flags: ServeFlags): void {
  for (const note of notes) writeError(`widgets-mock: ${note}`);
  if (flags.seed === undefined || flags.seed === seed) return;
  writeError(`widgets-mock: the seed of this state is ${seed}; --seed ${flags.seed} has no effect on it`);
}

type ServeCall = Pick<Invocation<typeof serveCommand.flags>, "flags" | "sourceOf">;

/** The certificate and its key. @throws UsageError for a file that cannot be read */
async function tlsOf({ flags, sourceOf }: ServeCall): Promise<ListenOptions["tls"]> {
  const { tlsCert, tlsKey } = flags;
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  const { readFile } = await import("node:fs/promises");
  const read = (flag: "tlsCert" | "tlsKey", file: string) =>
    readFile(file, "utf8").catch((error: Error) => {
      throw new UsageError(`${sourceOf(flag)} ${file}: ${error.message}`);
    });
  return { cert: await read("tlsCert", tlsCert), key: await read("tlsKey", tlsKey) };
}

/** @throws UsageError or Error that says what to give instead */
async function open(mock: Mock, { flags, sourceOf }: ServeCall): Promise<Listening> {
  const { port, host } = flags;
  const tls = await tlsOf({ flags, sourceOf });
  try {
    return await listen(mock, { port, host, ...(tls && { tls }) });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (tls && /^ERR_(OSSL|SSL)/.test(code ?? "")) {
      throw new UsageError(
        `${sourceOf("tlsCert")} ${flags.tlsCert} and ${sourceOf("tlsKey")} ${flags.tlsKey} must be a certificate and its ` +
          `unencrypted key as PEM: ${message}`,
      );
    }
    throw explainListenError(error, { port, host, hostFlag: sourceOf("host") });
  }
}

/** The text of an assumption, with the choice of the dialect where that is another one. */
function assumptionText({ dialect }: Mock, rule: string): string {
  const rules: { readonly [id: string]: Rule } = dialect.document["x-rules"];
  const choices: { readonly [id: string]: string } = { ...dialect.choices };
  const { says = "", choices: offered } = rules[rule] ?? {};
  return offered && choices[rule] !== offered[0]?.choice ? `${says} (this dialect: ${choices[rule]})` : says;
}

const howToMakeKeys = '"widgets-mock ctl keys create"';

/** Says which API keys are accepted, and how to change it. */
function acceptedKeys({ core }: Mock, { openKeys, controlToken }: ServeFlags): string {
  const { isOpen, keys } = core.keyPolicy;
  if (isOpen && openKeys) return `any that begins with sk_test_; without --open-keys, only those of ${howToMakeKeys}`;
  if (isOpen) return "any that begins with sk_test_; --api-key accepts only those that you list";
  if (keys) return `those of --api-key (${Object.keys(keys).length}), and of ${howToMakeKeys}`;
  const maker = controlToken === undefined ? "run it on this machine, or start with --control-token" : "with the token";
  return `only those of ${howToMakeKeys} (${maker}); --open-keys accepts any that begins with sk_test_`;
}

/** A dialect recorded from a server may hold what the mock has no choice for. */
function warnOfUnsupported({ dialect }: Mock): void {
  for (const rule of dialect.ignoredRules) {
    writeError(`widgets-mock: ${rule} is documented now; the choice for it in the dialect is ignored`);
  }
  const rules = isJsonObject(dialect.unsupported) ? Object.keys(dialect.unsupported) : [];
  if (rules.length === 0) return;
  writeError(`widgets-mock: the mock does not support what the dialect has for ${rules.join(", ")}`);
}

function warnOfBrowser(url: string): (reason: string) => void {
  return (reason) => writeError(`widgets-mock: cannot open a browser (${reason}); open ${url} yourself`);
}

function welcome(
  {
    url,
    consoleUrl,
    isOpen,
  }: { readonly url: string; readonly consoleUrl: string | undefined; readonly isOpen: boolean },
  flags: ServeFlags,
  hasKeys: boolean,
): string {
  const keys = flags.apiKey?.map((text) => text.split("=")[0]);
  const accepted = isOpen
    ? "Any key that begins with sk_test_ works and is its own organization."
    : keys
      ? `Accepted keys: ${keys.join(", ")}.`
      : "Make a key with: widgets-mock ctl keys create <organization>";
  return `
${accepted}
Create a widget:

  curl ${url}/api/v1/widgets \\
    -H "Authorization: Bearer ${keys?.[0] ?? (isOpen ? "sk_test_demo" : "<key>")}" \\
    -H "Content-Type: application/json" \\
    -d '{"name":"Northwind","site_url":"https://northwind.example"}'

${consoleUrl === undefined ? "" : `Console: ${consoleUrl}\n`}OpenAPI document: ${url}/openapi.json
Press ${hasKeys ? "h for the keys, " : ""}Ctrl-C to stop.
`;
}

/**
 * Reports what clients have met, if that was asked for.
 * @returns the exit code
 */
async function reportCoverageOf(
  mock: Mock,
  { flags, cwd, env, stderr }: Invocation<typeof serveCommand.flags>,
): Promise<number> {
  const { coverage: folder, coverageIgnore, coverageMin } = flags;
  if (folder === undefined && coverageMin === undefined) return 0;
  const { publishCoverageOf } = await import("./coverage.ts");
  const { coverageClause } = await import("../mock/coverage/report/coverage-text.ts");
  try {
    const options = { coverageIgnore, coverageMin, folder: folder === undefined ? undefined : resolve(cwd, folder) };
    const { coverage, exitCode } = publishCoverageOf(mock.coverage.get(), options, { env, stderr });
    const where = folder === undefined ? "" : `; see ${join(folder, "coverage.html")}`;
    if (!flags.json && !flags.quiet) writeLine(`Coverage: ${coverageClause(coverage)}${where}`);
    return exitCode;
  } catch (error) {
    writeError(`widgets-mock: ${(error as Error).message}`);
    return 1;
  }
}

/** What happens at the end of a mock. */
interface Ending {
  readonly mock: Mock | StoredMock;
  readonly log: Log | undefined;
  /** Gives the exit code. */
  readonly report: () => Promise<number>;
}

/**
 * Stops the mock at a signal, when the requests that are under way have been answered; a second signal stops it at once.
 * @returns a function that stops it without a signal
 */
function stopOnSignal(listening: Listening, { mock, log, report }: Ending): () => void {
  const stop = async (): Promise<void> => {
    // Ends event streams and whoever waits for something to happen.
    if ("store" in mock) mock.stop();
    else mock.close();
    await listening.drain(graceMs);
    await mock.close();
    log?.summary();
    const exitCode = await report();
    // The last lines of the log may take a moment to be read, and no longer.
    if (process.stdout.writableLength > 0) {
      await Promise.race([new Promise((resolve) => process.stdout.once("drain", resolve)), pause(300)]);
    }
    process.exit(exitCode);
  };
  const request = onStopSignal({ first: () => void stop() });
  return () => request(1);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function writeLine(line: string): void {
  if (process.stdout.writableLength < maxUnreadBytes) print(`${line}\n`);
}

/** Writes a line for whoever looks after the mock. */
function writeError(line: string): void {
  if (process.stderr.writableLength < maxUnreadBytes) process.stderr.write(`${line}\n`);
}

function print(text: string): void {
  process.stdout.write(text);
}
