import { spawn } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { onTestFailed, onTestFinished } from "vitest";

/** A shell on a terminal of its own. */
export interface Terminal {
  /** Sends keys, as they come from a keyboard. */
  type(keys: string): void;
  /** Waits until the screen shows what fits, below all that was waited for before. */
  shows(pattern: RegExp): Promise<RegExpExecArray>;
  /** All that was shown, without colours. */
  screen(): string;
  /** Ends it as whoever closes the window does; what runs there gets SIGHUP. */
  close(): void;
}

/** Opens a real terminal of 60 columns with an interactive shell in it. The test's end closes it. */
export async function openTerminal(): Promise<Terminal> {
  // util-linux's `script` makes the pseudo-terminal; it passes on what it reads and shows what comes.
  const child = spawn("script", ["-qec", "bash --noprofile --norc -i", "/dev/null"], {
    env: { ...process.env, PS1: "$ ", SHELL: "/bin/sh", TERM: "xterm", INPUTRC: "/dev/null", HISTFILE: "" },
  });
  // The terminal goes with it, and with the terminal all that runs there.
  const close = () => void child.kill("SIGKILL");
  onTestFinished(close);
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let shown = "";
  let read = 0;
  child.stdout.setEncoding("utf8").on("data", (text) => {
    shown += text;
  });
  const screen = () => stripVTControlCharacters(shown).replaceAll("\r", "");
  onTestFailed(() => console.error(`The terminal showed:\n${screen()}`));
  const look = (pattern: RegExp) => {
    const found = pattern.exec(screen().slice(read));
    if (found) read += found.index + found[0].length;
    return found;
  };
  const terminal: Terminal = {
    type: (keys) => void child.stdin.write(keys),
    screen,
    close,
    shows: (pattern) =>
      new Promise((resolve, reject) => {
        const again = () => {
          const found = look(pattern);
          if (!found) return;
          child.stdout.off("data", again);
          resolve(found);
        };
        child.stdout.on("data", again);
        closed.then(() => reject(new Error(`The terminal closed before it showed ${pattern}.`)));
        again();
      }),
  };
  terminal.type("stty cols 60 rows 40; echo re''ady\n");
  await terminal.shows(/^ready$/m);
  return terminal;
}
