import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { parse } from "yaml";
import { outputMismatch } from "./compare-output.ts";
import type { Snippet } from "./read-snippets.ts";

/** Where pages say that the mock listens; the mock that responds to them has a free port. */
const documentedHost = /(?:127\.0\.0\.1|localhost):4010\b/g;

/** What needs a mock: a request to it, or a command that controls it. */
const needsMock = /(?:127\.0\.0\.1|localhost):4010\b|widgets-mock ctl\b/;

/** The port that pages give to a receiver of webhooks. */
const documentedReceiverPort = /\b9000\b/g;

const snippetTimeoutMs = 120_000;

interface Printed {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface PageSettings {
  /** The folder that the page's snippets run in. */
  readonly folder: string;
  /** The root of the repository. */
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Runs the snippets of one page in order, as a reader would who pastes each of them. */
export class PageRun {
  readonly #settings: PageSettings;
  readonly #receiverPort = freePort();
  readonly #background: ChildProcess[] = [];
  #server: { readonly child: ChildProcess; readonly host: string } | undefined;
  #printed: Printed | undefined;

  constructor(settings: PageSettings) {
    this.#settings = settings;
  }

  /** @throws Error that says what went wrong */
  async run(snippet: Snippet): Promise<void> {
    if (snippet.isOutput) return this.#compare(snippet);
    const text = await this.#withPorts(snippet);
    if (snippet.server !== undefined) return this.#startServer(text, snippet.server);
    if (snippet.isBackground) return this.#startInBackground(text);
    if (snippet.language === "json") JSON.parse(text);
    if (snippet.language === "yaml") parse(text);
    if (snippet.file !== undefined) {
      this.#save(snippet.file, text);
      return;
    }
    const command = this.#commandFor(snippet, text);
    if (command === undefined) return;
    this.#printed = await this.#runCommand(command);
    const { code, out, err } = this.#printed;
    if (code !== snippet.exitCode) {
      throw new Error(`The exit code is ${code}, not ${snippet.exitCode}. It printed:\n${(out + err).slice(0, 4000)}`);
    }
  }

  /** Ends what was started. */
  end(): void {
    endGroup(this.#server?.child);
    for (const child of this.#background) endGroup(child);
  }

  /** Starts a mock where the first snippet wants one. */
  async #withPorts({ text, server }: Snippet): Promise<string> {
    if (server === undefined && !this.#server && needsMock.test(text)) {
      await this.#startServer("npx widgets-mock", "here");
    }
    const host = this.#server?.host;
    const withHost = host === undefined ? text : text.replace(documentedHost, host);
    return withHost.replace(documentedReceiverPort, String(await this.#receiverPort));
  }

  #save(file: string, text: string): string {
    const path = join(this.#settings.folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${text}\n`);
    return path;
  }

  #commandFor({ language, line }: Snippet, text: string): readonly string[] | undefined {
    const save = (extension: string) => this.#save(`snippet-line-${line}.${extension}`, text);
    if (language === "sh") return ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", inOneShell(save("sh"))];
    if (language === "ts") return ["npx", "tsx", save("ts")];
    if (language === "js") return ["node", save("mjs")];
    if (language === "python") return ["python3", save("py")];
    if (language === "go") return ["go", "run", save("go")];
    return undefined;
  }

  #compare({ language, text }: Snippet): void {
    if (!this.#printed) throw new Error("Nothing was run whose output this could be.");
    const mismatch = outputMismatch(language, text, this.#printed.out || this.#printed.err);
    if (mismatch !== undefined) throw new Error(mismatch);
  }

  async #startServer(text: string, where: "here" | "clone"): Promise<void> {
    endGroup(this.#server?.child);
    this.#server = undefined;
    // The clone is installed: another install would take away what runs this.
    const child = this.#spawn("bash", ["-c", text.replace("npm ci && ", "")], where);
    const [, url = ""] = await firstLine(child, / listening on (http:\S+)/);
    this.#server = { child, host: new URL(url).host };
  }

  async #startInBackground(text: string): Promise<void> {
    const child = this.#spawn("bash", ["-c", text]);
    this.#background.push(child);
    await firstLine(child, /^/);
  }

  #spawn(program: string, args: readonly string[], where: "here" | "clone" = "here"): ChildProcess {
    const { folder, root, env } = this.#settings;
    const host = this.#server?.host;
    return spawn(program, args, {
      cwd: where === "clone" ? root : folder,
      env: { ...env, WIDGETS_MOCK_PORT: "0", ...(host === undefined ? {} : { WIDGETS_MOCK_URL: `http://${host}` }) },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  #runCommand([program = "", ...args]: readonly string[]): Promise<Printed> {
    const child = this.#spawn(program, args);
    const timeout = setTimeout(() => endGroup(child), snippetTimeoutMs);
    const printed = { out: "", err: "" };
    child.stdout?.setEncoding("utf8").on("data", (text) => {
      printed.out += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text) => {
      printed.err += text;
    });
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => {
        clearTimeout(timeout);
        resolve({ code, ...printed });
      });
    });
  }
}

/** Sources a script with the variables that the page's scripts before it have set, as in one terminal. */
function inOneShell(script: string): string {
  return `set -a; [[ ! -f .variables ]] || . ./.variables; trap 'export -p >.variables' EXIT; . ${script}`;
}

/** The first line of its output that the pattern fits. */
function firstLine(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  const lines: string[] = [];
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on("line", (line) => {
        lines.push(line);
        const found = pattern.exec(line);
        if (found) resolve(found);
      });
    }
    child.once("exit", (code) => reject(new Error(`It ended with exit code ${code}:\n${lines.join("\n")}`)));
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function endGroup(child: ChildProcess | undefined): void {
  if (child?.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGTERM");
  } catch {
    // It has ended.
  }
}
