import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { openTerminal } from "./terminal.test-helper.ts";

// Each test starts a terminal, a shell and a mock.
vi.setConfig({ testTimeout: 20_000 });

const bin = join(import.meta.dirname, "../dist/cli/widgets-mock.js");
const mock = `'${process.execPath}' '${bin}' --port 0 --clock manual`;
// Another system's `script` takes other flags.
const onLinux = test.skipIf(process.platform !== "linux");

onLinux("on a terminal keys act on the mock, and Ctrl-Z, fg and q leave the terminal as it was", async () => {
  const terminal = await openTerminal();
  terminal.type(`${mock}\n`);
  await terminal.shows(/Press\s+h for the keys/);
  terminal.type("h");
  await terminal.shows(/^Keys\n {2}h {2}show the keys$/m);
  // An arrow ends in a letter, and is no key.
  terminal.type("\x1b[C");
  terminal.type("x");
  await terminal.shows(/^» unknown key "x"; press h for the keys$/m);
  terminal.type("\x1a");
  await terminal.shows(/Stopped/);
  terminal.type("echo sh''ell; fg\n");
  await terminal.shows(/^shell\n.*node.*$/m);
  terminal.type("m");
  // What is typed before it takes keys again is shown by the terminal, and waits for it.
  await terminal.shows(/» the clock shows 2026-01-01T00:01:00Z$/m);
  terminal.type("q");
  await terminal.shows(/^0 responses/m);
  terminal.type(`echo "mo""de:" $(stty -a | grep -oE -- '-?\\b(icanon|echo)\\b' | sort)\n`);
  await terminal.shows(/^mode: echo icanon$/m);
});

onLinux("Ctrl-C ends the mock with its summary", async () => {
  const terminal = await openTerminal();
  terminal.type(`${mock}\n`);
  await terminal.shows(/Press\s+h for the keys/);
  terminal.type("\x03");
  await terminal.shows(/^0 responses/m);
});

onLinux.each([
  ["&", "in the background"],
  ["--quiet &", "with --quiet"],
  ["| cat &", "without a terminal to write to"],
])("%s: %s it leaves the keys to the shell", async (tail) => {
  const terminal = await openTerminal();
  terminal.type(`${mock} ${tail}\n`);
  await terminal.shows(/listening on (\S+)$/m);
  terminal.type("echo sh''ell; jobs\n");
  await terminal.shows(/^shell\n\[1\]\+ {2}Running/m);
  expect(terminal.screen()).not.toMatch(/for the keys/);
  terminal.type("kill %1; wait; echo go''ne\n");
  await terminal.shows(/^gone$/m);
});
