import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { start } from "./bin.test-helper.ts";
import { ProgressLine, ProgressLog } from "./progress-line.ts";
import { openTerminal } from "./terminal.test-helper.ts";

/** A terminal's stream, and the line that it shows now. */
function stream(columns = 80) {
  let line = "";
  return {
    columns,
    write: (text: string) => {
      line = stripVTControlCharacters(text.slice(text.lastIndexOf("\r") + 1));
    },
    shown: () => line,
  };
}

beforeEach(() => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
});

test("a line says what is waited for and for how long, and goes on while nothing is told", () => {
  const shown = stream();
  const line = new ProgressLine(shown);
  line.say("making 3 widgets");
  vi.advanceTimersByTime(4000);
  line.say("waiting for 3 first crawls");
  vi.advanceTimersByTime(61_000);
  expect(shown.shown()).toBe("1:05 waiting for 3 first crawls (1:01)");
  line.say("waiting for 2 first crawls");
  expect(shown.shown()).toBe("1:05 waiting for 2 first crawls (1:01)");
  line.end();
  expect([shown.shown(), vi.getTimerCount()]).toEqual(["", 0]);
});

test("off a terminal a log is told now and then what is waited for, and no more", () => {
  let told = "";
  const log = new ProgressLog({ write: (text) => (told += text) });
  log.say("making 3 widgets");
  vi.advanceTimersByTime(29_000);
  expect(told).toBe("");
  log.say("waiting for 3 first crawls");
  vi.advanceTimersByTime(31_000);
  log.clear();
  vi.advanceTimersByTime(60_000);
  log.end();
  expect(told).toBe("widgets-mock: 0:30 waiting for 3 first crawls\nwidgets-mock: 1:00 waiting for 3 first crawls\n");
  expect(vi.getTimerCount()).toBe(0);
});

test("a line is never longer than the terminal is wide, so that it can be taken back", () => {
  const shown = stream(20);
  new ProgressLine(shown).say("waiting for 3 first crawls");
  expect(shown.shown()).toBe("0:00 waiting for 3 ");
});

test("on a terminal a run says what it waits for; interrupted, it takes the line back and deletes what it made", async () => {
  vi.useRealTimers();
  const mock = await start("--crawl", "manual");
  const terminal = await openTerminal();
  const bin = join(import.meta.dirname, "../dist/cli/widgets-mock.js");
  terminal.type(`'${process.execPath}' '${bin}' contract ${mock.url} --api-key sk_test_one --effort quick\n`);
  await terminal.shows(/0:0\d looking: waiting for \d+ first crawls \(0:0\d\)/);
  terminal.type("\x03");
  await terminal.shows(/^.*widgets-mock: interrupted; deleting the widgets of this run\./m);
  await terminal.shows(/^[^\n]*exit 2\.$/m);
  const list = await fetch(`${mock.url}/api/v1/widgets`, { headers: { authorization: "Bearer sk_test_one" } });
  expect((await list.json()).data).toEqual([]);
});
