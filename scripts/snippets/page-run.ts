import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { parse } from "yaml";
import { outputMismatch } from "./compare-output.ts";
import type { Snippet } from "./read-snippets.ts";

/** Where pages say that the mock listens; the mock that answers them has a free port. */
const documentedHost = /(?:127\.0\.0\.1|localhost):4010\b/g;

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
  #server: { readonly child: ChildProcess; readonly url: string } | undefined;
  #printed: Printed | undefined;

  constructor(settings: PageSettings) {
    this.#settings = settings;
  }

  /** @throws Error that says what went wrong */
  async run(snippet: Snippet): Promise<void> {
    if (snippet.isOutput) return this.#compare(snippet);
    if (snippet.server !== undefined) return this.#startServer(snippet.text, snippet.server);
    if (!this.#server && documentedHost.test(snippet.text)) await this.#startServer("npx widgets-mock", "here");
    const text = this.#server ? snippet.text.replace(documentedHost, new URL(this.#server.url).host) : snippet.text;
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
    this.#server = undefined;
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
    this.end();
    const { folder, root, env } = this.#settings;
    // The clone is installed: another install would take away what runs this.
    const child = spawn("bash", ["-c", text.replace("npm ci && ", "")], {
      cwd: where === "clone" ? root : folder,
      env: { ...env, WIDGETS_MOCK_PORT: "0" },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const url = await listeningUrl(child);
    this.#server = { child, url };
  }

  #runCommand([program = "", ...args]: readonly string[]): Promise<Printed> {
    const { folder, env } = this.#settings;
    const child = spawn(program, args, { cwd: folder, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    const timeout = setTimeout(() => endGroup(child), snippetTimeoutMs);
    let [out, err] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text) => {
      out += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      err += text;
    });
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => {
        clearTimeout(timeout);
        endGroup(child);
        // What was printed last may come after the end.
        setImmediate(() => resolve({ code, out, err }));
      });
    });
  }
}

/** Sources a script with the variables that the page's scripts before it have set, as in one terminal. */
function inOneShell(script: string): string {
  return `set -a; [[ ! -f .variables ]] || . ./.variables; trap 'export -p >.variables' EXIT; . ${script}`;
}

/** The URL that a mock prints first. */
function listeningUrl(child: ChildProcess): Promise<string> {
  const lines: string[] = [];
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on("line", (line) => {
        lines.push(line);
        const url = / listening on (http:\S+)/.exec(line)?.[1];
        if (url !== undefined) resolve(url);
      });
    }
    child.once("exit", (code) => reject(new Error(`The mock ended with ${code}:\n${lines.join("\n")}`)));
  });
}

function endGroup(child: ChildProcess | undefined): void {
  if (child?.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGTERM");
  } catch {
    // It has ended.
  }
}
