import { isatty } from "node:tty";
import { isInForeground } from "./foreground.ts";

/** What a terminal makes of these keys by itself; in raw mode they come as characters. */
const signalKeys: readonly (readonly [string, NodeJS.Signals])[] = [
  ["\x03", "SIGINT"],
  ["\x1a", "SIGTSTP"],
  ["\x1c", "SIGQUIT"],
];

/** Whether somebody can press keys and see what comes. Looks at standard input without opening it. */
export function isTerminal(): boolean {
  return isatty(0) && isatty(1);
}

/**
 * Takes single keys from the terminal from now on, whenever this process is in its foreground. Ctrl-C, Ctrl-Z and Ctrl-\
 * do what they always do. On every way out the terminal is as it was: at an exit and a crash Node itself sees to it.
 * Ctrl-D is left alone: what passes a terminal on, as `script` does, sends it when its own input ends.
 * @returns whether it is in the foreground now; later, a shell's `fg` after Ctrl-Z is noticed
 */
export function takeKeys(pressed: (key: string) => void): boolean {
  const { stdin } = process;
  // Before there is a listener: in the background even an attempt to read would stop the process.
  stdin.pause();
  stdin.setEncoding("utf8");
  stdin.on("data", (chunk: string) => {
    const signal = signalIn(chunk);
    if (signal) return raise(signal);
    const key = keyIn(chunk);
    if (key !== undefined) pressed(key);
  });
  // The terminal may go away.
  stdin.on("error", () => undefined);
  process.on("SIGCONT", enterRawMode);
  for (const signal of ["SIGHUP", "SIGQUIT"] as const) {
    // Node gives the terminal back before it dies of others, not of these.
    process.once(signal, () => {
      leaveRawMode();
      process.kill(process.pid, signal);
    });
  }
  return enterRawMode();
}

/**
 * The one key in what came at once: undefined for a pasted text, whose letters are no keys, and for arrows and the like,
 * which come as escape sequences.
 */
export function keyIn(chunk: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one (ECMA-48, 5.4; SS3; Alt with a key).
  const typed = chunk.replaceAll(/\x1b(?:\[[0-?]*[ -/]*[@-~]|O[\s\S]|[\s\S])?/g, "");
  return [...typed].length === 1 ? typed : undefined;
}

/** Ctrl-C counts wherever it stands: whoever presses it is in a hurry. */
function signalIn(chunk: string): NodeJS.Signals | undefined {
  return signalKeys.find(([key]) => chunk.includes(key))?.[1];
}

/** Sends a signal as the terminal would have: to the whole job, so that `npm start` is suspended with the mock. */
function raise(signal: NodeJS.Signals): void {
  if (process.platform === "win32") {
    // There are no signals to send, only listeners to tell.
    if (signal === "SIGINT") process.emit(signal, signal);
    return;
  }
  if (signal !== "SIGINT") leaveRawMode();
  process.kill(0, signal);
  // A process that cannot be suspended, as the first of a container, is still here.
  if (signal === "SIGTSTP") setImmediate(enterRawMode);
}

/** @returns whether it could: in the background it does not, and reads nothing */
function enterRawMode(): boolean {
  const { stdin } = process;
  if (!isInForeground()) {
    stdin.pause();
    return false;
  }
  // Off first: a shell may have changed the mode meanwhile, and on twice does nothing.
  stdin.setRawMode(false);
  stdin.setRawMode(true);
  stdin.resume();
  return true;
}

function leaveRawMode(): void {
  process.stdin.pause();
  if (isInForeground()) process.stdin.setRawMode(false);
}
