import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { parse } from "yaml";
import type { Ended } from "./bin.test-helper.ts";

const root = join(import.meta.dirname, "..");

/** A composite action of GitHub's with shell steps. */
interface Action {
  readonly inputs: { readonly [name: string]: { readonly default?: string } };
  readonly outputs: { readonly [name: string]: { readonly value: string } };
  readonly runs: { readonly steps: readonly Step[] };
}

interface Step {
  readonly id: string;
  /** Another action, which no test runs. */
  readonly uses?: string;
  readonly if?: string;
  readonly shell: string;
  readonly env: Readonly<Record<string, string>>;
  readonly run: string;
}

/** A folder in which shell lines run as in CI; the end of the test ends the processes they started. */
export interface Job {
  readonly folder: string;
  /** The environment of every step. */
  readonly env: Record<string, string>;
  /** Runs a script to its end, with bash called as GitHub and GitLab call it. */
  bash(script: string, env?: Readonly<Record<string, string>>): Promise<Ended>;
  /** Ends the processes of the job, as GitHub's runner does: by a variable that all of them have. */
  end(): void;
}

/** The package as it would be published, in a folder of its own; `dist/` is taken as it is. */
export function packPackage(folder: string): string {
  const out = npm(root, "pack", "--ignore-scripts", "--json", "--pack-destination", folder);
  return join(folder, JSON.parse(out)[0].filename);
}

/** A job in a folder where a packed package is installed, so that `npx` downloads nothing. */
export function jobWith(tarball: string): Job {
  const folder = mkdtempSync(join(tmpdir(), "widgets-mock-job-"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  npm(folder, "install", "--no-audit", "--no-fund", "--prefer-offline", tarball);
  const tracking = `RUNNER_TRACKING_ID=${folder}`;
  const job: Job = {
    folder,
    env: { ...cleanEnv(), RUNNER_TRACKING_ID: folder, RUNNER_TEMP: folder, npm_config_update_notifier: "false" },
    bash: (script, env = {}) => runBash(folder, script, { ...job.env, ...env }),
    end() {
      for (const pid of processesWith(tracking)) process.kill(pid, "SIGKILL");
    },
  };
  onTestFinished(() => {
    job.end();
    rmSync(folder, { recursive: true });
  });
  return job;
}

/** The result of an action: how its last step ended, and its outputs. */
export interface Acted extends Ended {
  readonly outputs: Readonly<Record<string, string>>;
}

/**
 * Runs the steps of an action as the runner does; after one that fails, those alone that run always.
 * @param folder where the action is, from the root
 */
export async function act(job: Job, given: Readonly<Record<string, string>>, folder = ""): Promise<Acted> {
  const path = join(root, folder);
  const action: Action = parse(readFileSync(join(path, "action.yml"), "utf8"));
  const inputs = Object.fromEntries(
    Object.entries(action.inputs).map(([name, input]) => [name, given[name] ?? input.default ?? ""]),
  );
  const known: Record<string, string> = {};
  for (const [name, value] of Object.entries(inputs)) known[`inputs.${name}`] = value;
  let ended: Ended = { code: 0, out: "", err: "" };
  for (const { id, uses, if: condition, shell, env, run } of action.runs.steps) {
    if (uses !== undefined || !isMet(condition, ended.code !== 0, known)) continue;
    if (shell !== "bash") throw new Error(`The step ${id} wants ${shell}.`);
    const [output, environment] = [join(job.folder, `${id}.output`), join(job.folder, `${id}.env`)];
    const own = { GITHUB_ACTION_PATH: path, GITHUB_OUTPUT: output, GITHUB_ENV: environment };
    for (const file of [output, environment]) writeFileSync(file, "");
    const step = await job.bash(run, { ...own, ...mapped(env, (text) => evaluate(text, known)) });
    ended = ended.code === 0 ? step : { ...ended, out: ended.out + step.out };
    Object.assign(job.env, assignments(environment));
    for (const [name, value] of Object.entries(assignments(output))) known[`steps.${id}.outputs.${name}`] = value;
  }
  const outputs = mapped(action.outputs, ({ value }) => evaluate(value, known));
  return { ...ended, outputs };
}

/** Whether a step runs: by its condition, or else where none failed. */
function isMet(condition: string | undefined, hasFailed: boolean, known: Readonly<Record<string, string>>): boolean {
  const parts = condition?.split(" && ") ?? [];
  const isAlways = parts.includes("always()");
  const isTrue = (part: string) => {
    const [, name = "", operator, value] = /^(\S+) (==|!=) '(.*)'$/.exec(part) ?? [];
    return part === "always()" || (evaluate(`\${{ ${name} }}`, known) === value) === (operator === "==");
  };
  return (isAlways || !hasFailed) && parts.every(isTrue);
}

/** Replaces the expressions of a workflow; an unknown output is empty, as on GitHub. */
function evaluate(text: string, known: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{\{ *(.*?) *\}\}/g, (_, name: string) => {
    if (!/^(inputs|steps\.\w+\.outputs)\.[\w-]+$/.test(name)) throw new Error(`No runner is here for ${name}.`);
    return known[name] ?? "";
  });
}

function assignments(file: string): Record<string, string> {
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
}

function mapped<T>(record: Readonly<Record<string, T>>, change: (value: T) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

function runBash(folder: string, script: string, env: Readonly<Record<string, string>>): Promise<Ended> {
  mkdirSync(join(folder, "scripts"), { recursive: true });
  const file = join(folder, "scripts", `${readdirSync(join(folder, "scripts")).length}.sh`);
  writeFileSync(file, script);
  const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", file], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const written = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text) => {
    written.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    written.err += text;
  });
  // Background processes may hold the pipes open: a step ends when its shell does.
  return new Promise((resolve) => child.once("exit", (code) => resolve({ code, ...written })));
}

/** The processes that have a variable in their environment; none without /proc. */
function processesWith(assignment: string): number[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name) && has(name, assignment))
      .map(Number);
  } catch {
    return [];
  }
}

function has(pid: string, assignment: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(assignment);
  } catch {
    return false;
  }
}

function npm(cwd: string, ...args: readonly string[]): string {
  return execFileSync("npm", args, { cwd, env: cleanEnv(), encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** The environment without the variables that npm and this package set. */
function cleanEnv(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || /^npm_|^WIDGETS_/i.test(name) ? [] : [[name, value]],
    ),
  );
}
