import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { openTerminal, type Terminal } from "./terminal.test-helper.ts";
import { keyIn } from "./terminal.ts";

// Each test starts a terminal, a shell and a mock.
vi.setConfig({ testTimeout: 20_000 });

const bin = join(import.meta.dirname, "../dist/cli/widgets-mock.js");
const mock = `'${process.execPath}' '${bin}' --port 0`;

/** What `stty` says of a terminal whose shell has the lines, echo and signals; the quotes keep the typed line from fitting. */
const sayMode = `; echo "mo""de:" $(stty -a | grep -oE -- '-?\\b(icanon|isig|echo|ixon|icrnl)\\b' | sort)`;
const cooked = /^mode: echo icanon icrnl isig ixon$/m;

/** Starts a mock in the terminal, and waits until it takes keys; then `sayMode` tells how it left the terminal. */
async function startIn(terminal: Terminal, flags = "--clock manual"): Promise<string> {
  terminal.type(`${mock} ${flags}${sayMode}\n`);
  const [, url = ""] = await terminal.shows(/^widgets-mock \S+ listening on (\S+)$/m);
  await terminal.shows(/Press\s+h for the keys;/);
  await terminal.shows(/\n\n/);
  return url;
}

function createWidget(url: string) {
  return fetch(`${url}/api/v1/widgets`, {
    method: "POST",
    headers: { authorization: "Bearer sk_test_one", "content-type": "application/json" },
    body: JSON.stringify({ name: "Northwind Catering", site_url: "https://northwindcatering.example" }),
  });
}

test.each([
  ["a letter", "c", "c"],
  ["a capital letter", "C", "C"],
  ["a pasted text", "create", undefined],
  ["a pasted line", "c\r", undefined],
  ["an arrow", "\x1b[C", undefined],
  ["End, with Shift", "\x1b[1;2F", undefined],
  ["an arrow of the keypad", "\x1bOC", undefined],
  ["F5", "\x1b[15~", undefined],
  ["Alt-c", "\x1bc", undefined],
  ["Escape", "\x1b", undefined],
  ["an arrow, and a letter right after it", "\x1b[Ac", "c"],
  ["a pasted text that a terminal has put in brackets", "\x1b[200~reset\x1b[201~", undefined],
])("the key in %s", (_, chunk, key) => {
  expect(keyIn(chunk)).toBe(key);
});

// Another system's `script` takes other flags.
const onLinux = test.skipIf(process.platform !== "linux");

onLinux("on a terminal keys act on the mock, and q gives the terminal back", async () => {
  const terminal = await openTerminal();
  const url = await startIn(terminal);
  terminal.type("h");
  await terminal.shows(/^The keys\n {2}h {2}shows these keys$/m);
  await createWidget(url);
  await terminal.shows(/^POST \/api\/v1\/widgets 201/m);
  terminal.type("c");
  await terminal.shows(/^crawl of wgt_\w+ succeeded: active, widget\.ready\s+» 1 crawl succeeded$/m);
  // An arrow, whose sequence ends in a letter that is a key, changes nothing.
  terminal.type("\x1b[C");
  terminal.type("m");
  await terminal.shows(/^» a minute on: the clock stands at 2026-01-01T00:01:00Z$/m);
  terminal.type("j");
  await terminal.shows(/^00:00:00 {2}POST {4}\/api\/v1\/widgets {2}201$/m);
  terminal.type("q");
  await terminal.shows(/^1 answer\. What they leaned on/m);
  await terminal.shows(cooked);
  expect(terminal.screen().match(/^»/gm)).toHaveLength(2);
});

onLinux("a pasted text does nothing, and Ctrl-C ends the mock with its summary", async () => {
  const terminal = await openTerminal();
  await startIn(terminal);
  terminal.type("reset the mock and quit");
  terminal.type("\x03");
  await terminal.shows(/^0 answers, none of which leaned on an assumption\.$/m);
  terminal.type(`${sayMode.slice(2)}\n`);
  await terminal.shows(cooked);
  expect(terminal.screen()).not.toMatch(/^»/m);
});

onLinux("Ctrl-Z gives the shell its terminal, and fg brings the keys back", async () => {
  const terminal = await openTerminal();
  await startIn(terminal);
  terminal.type("\x1a");
  await terminal.shows(/Stopped/);
  await terminal.shows(cooked);
  terminal.type("fg\n");
  await terminal.shows(/^.*node.*$/m);
  // What is typed before it takes keys again waits for it.
  terminal.type("p");
  await terminal.shows(/» the clock runs from 2026/m);
  terminal.type("q");
  await terminal.shows(/^0 answers, /m);
});

onLinux("in the background it leaves the keys to the shell", async () => {
  const terminal = await openTerminal();
  terminal.type(`${mock} &\n`);
  await terminal.shows(/Ctrl-C\s+ends the mock\.$/m);
  terminal.type("echo sh''ell; jobs\n");
  await terminal.shows(/^shell\n\[1\]\+ {2}Running/m);
  terminal.type("kill %1\n");
  await terminal.shows(/0 answers, /);
  expect(terminal.screen()).not.toMatch(/for the keys/);
});

onLinux.each(["SIGHUP", "SIGQUIT", "SIGTERM"] as const)("%s from elsewhere gives the terminal back", async (signal) => {
  const terminal = await openTerminal();
  // The shell between does not repair the terminal, as the interactive one would.
  terminal.type(`( ( echo "pi""d: $BASHPID"; exec ${mock} )${sayMode} )\n`);
  const [, pid] = await terminal.shows(/^pid: (\d+)$/m);
  await terminal.shows(/h for the keys;/);
  process.kill(Number(pid), signal);
  await terminal.shows(cooked);
});

onLinux.each(["--quiet", "--json"])("%s has no keys", async (flag) => {
  const terminal = await openTerminal();
  terminal.type(`${mock} ${flag}${sayMode}\n`);
  await terminal.shows(/^widgets-mock \S+ listening on (\S+)$/m);
  terminal.type("h");
  terminal.type("\x03");
  await terminal.shows(/\^C[^$]*\$ $/);
  expect(terminal.screen()).not.toMatch(/(The|the) keys/);
});

onLinux.each([
  ["input", `printf 'hq\\n' | ( %; cat )`],
  ["output", "% | cat"],
])("where only its %s is no terminal it takes no keys", async (which, line) => {
  const terminal = await openTerminal();
  terminal.type(`${line.replace("%", `( echo "pi""d: $BASHPID"; exec ${mock} )`)}\n`);
  const [, pid] = await terminal.shows(/^pid: (\d+)$/m);
  const [, url] = await terminal.shows(/listening on (\S+)$/m);
  await terminal.shows(/^seed/m);
  terminal.type("h");
  // It has had the time to read, had it wanted to.
  for (let count = 0; count < 3; count++) expect((await fetch(`${url}/_mock/health`)).status).toBe(200);
  process.kill(Number(pid), "SIGTERM");
  await terminal.shows(which === "input" ? /^h?0 answers, .*\nhq$/m : /0 answers, /);
  expect(terminal.screen()).not.toMatch(/(The|the) keys/);
});

test("without a terminal nothing is said of keys, and the input is left to others", async () => {
  // `cat` shows what the mock has left.
  const child = spawn("sh", [
    "-c",
    `sh -c 'echo $$; exec "$@"' sh "$@"; cat`,
    "sh",
    process.execPath,
    bin,
    "--port",
    "0",
  ]);
  onTestFinished(() => void child.kill("SIGKILL"));
  child.stdin.end("hq");
  let out = "";
  child.stdout.setEncoding("utf8");
  const url = await new Promise<string>((resolve) => {
    child.stdout.on("data", (text) => {
      out += text;
      if (/^seed/m.test(out)) resolve(/http\S+/.exec(out)?.[0] ?? "");
    });
  });
  // It has had the time to read, had it wanted to.
  for (let count = 0; count < 3; count++) expect((await fetch(`${url}/_mock/health`)).status).toBe(200);
  process.kill(Number.parseInt(out, 10), "SIGTERM");
  await new Promise((resolve) => child.once("close", resolve));
  expect(out.split("\n").slice(3)).toEqual(["0 answers, none of which leaned on an assumption.", "hq"]);
});
