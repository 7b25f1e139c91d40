import { execFileSync } from "node:child_process";
import { emitKeypressEvents, type Key } from "node:readline";
import { isatty } from "node:tty";
import { ControlError, type Happening, type Mock } from "../mock/index.ts";

/** What a key acts on. */
export interface KeyTarget {
  readonly mock: Pick<Mock, "clock" | "crawls" | "reset">;
  readonly quit: () => void;
  /** Opens the console in the browser; undefined if it is switched off. */
  readonly openConsole: (() => void) | undefined;
}

/** A key of the running mock. */
export interface TerminalKey {
  readonly key: string;
  readonly description: string;
  /** @returns what to print; what happened on the way is in the log */
  act(target: KeyTarget): string;
}

/** The keys of the running mock, in the order in which they are shown. */
export const terminalKeys: readonly TerminalKey[] = [
  { key: "h", description: "show the keys", act: keysHelp },
  { key: "o", description: "open the console in the browser", act: openConsole },
  { key: "c", description: "finish all running crawls", act: ({ mock }) => finishCrawls(mock) },
  { key: "m", description: "advance the clock by a minute", act: ({ mock }) => advanceMinute(mock) },
  { key: "r", description: "reset: delete everything and start again", act: ({ mock }) => resetMock(mock) },
  { key: "q", description: "quit", act: quitMock },
];

/**
 * Does what a key is for.
 * @returns what to print
 */
export function pressKey(pressed: string, target: KeyTarget): string {
  const found = terminalKeys.find(({ key }) => key === pressed.toLowerCase());
  if (!found) return `unknown key ${JSON.stringify(pressed)}; press h for the keys`;
  try {
    return found.act(target);
  } catch (error) {
    // The clock goes no further than the year 9999.
    if (error instanceof ControlError) return error.message;
    throw error;
  }
}

function quitMock({ quit }: KeyTarget): string {
  quit();
  return "";
}

function openConsole({ openConsole: open }: KeyTarget): string {
  if (!open) return "the console is switched off";
  open();
  return "opening the console";
}

function keysHelp(): string {
  return `Keys\n${terminalKeys.map(({ key, description }) => `  ${key}  ${description}`).join("\n")}`;
}

function finishCrawls({ crawls }: KeyTarget["mock"]): string {
  return finishedCrawls(crawls.end({ outcome: "succeeded" }).happened) || "no crawl is running";
}

function advanceMinute(mock: KeyTarget["mock"]): string {
  const finished = finishedCrawls(mock.clock.advance({ seconds: 60 }).happened);
  return [timeOf(mock), finished].filter(Boolean).join("; ");
}

function resetMock(mock: KeyTarget["mock"]): string {
  mock.reset();
  return `reset; ${timeOf(mock)}`;
}

function finishedCrawls(happenings: readonly Happening[]): string {
  const count = happenings.filter(({ type }) => type === "crawl.succeeded" || type === "crawl.failed").length;
  return count === 0 ? "" : `${count} ${count === 1 ? "crawl" : "crawls"} finished`;
}

function timeOf({ clock }: KeyTarget["mock"]): string {
  return `the clock shows ${clock.get().now.replace(/\.\d+/, "")}`;
}

/**
 * Reads single keys from the terminal from now on. Ctrl-C quits, and Ctrl-Z suspends the mock as usual.
 * @returns whether there is a terminal to read from
 */
export function listenForKeys(onKey: (key: string) => void, quit: () => void): boolean {
  const { stdin } = process;
  if (!isatty(0) || !isatty(1) || !isInForeground()) return false;
  emitKeypressEvents(stdin);
  stdin.setRawMode(true);
  stdin.on("keypress", (text: string | undefined, { ctrl, meta, name }: Key) => {
    if (ctrl && name === "c") return quit();
    if (ctrl && name === "z") return suspend();
    // Arrows and the like have no character.
    if (text && !ctrl && !meta && /^\P{C}$/u.test(text)) onKey(text);
  });
  process.on("SIGCONT", () => isInForeground() && stdin.setRawMode(true));
  // The terminal may go away.
  stdin.on("error", () => undefined);
  return true;
}

function suspend(): void {
  process.stdin.setRawMode(false);
  // The whole job, so that `npm start` is suspended with the mock.
  process.kill(0, "SIGTSTP");
}

/** Whether the terminal's keys are for this job: after `widgets-mock &`, a read would stop the process (POSIX, 11.1.4). */
function isInForeground(): boolean {
  if (process.platform === "win32") return true;
  try {
    const args = ["-o", "pgid=", "-o", "tpgid=", "-p", String(process.pid)];
    const [group, foreground] = execFileSync("ps", args, { encoding: "utf8", stdio: "pipe" }).trim().split(/\s+/);
    return group === foreground;
  } catch {
    // Without ps, as in a small container, there is no job control either.
    return true;
  }
}
