import { stripVTControlCharacters } from "node:util";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { ProgressLine, ProgressLog } from "./progress-line.ts";

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

test("a line shows what a run waits for and how long, and counts on between reports", () => {
  const shown = stream();
  const line = new ProgressLine(shown);
  line.report("making 3 widgets");
  vi.advanceTimersByTime(4000);
  line.report("waiting for 3 first crawls");
  vi.advanceTimersByTime(61_000);
  expect(shown.shown()).toBe("1:05 waiting for 3 first crawls (1:01)");
  line.report("waiting for 2 first crawls");
  expect(shown.shown()).toBe("1:05 waiting for 2 first crawls (1:01)");
  line.end();
  expect([shown.shown(), vi.getTimerCount()]).toEqual(["", 0]);
});

test("a line shows how long the run is expected to take", () => {
  const shown = stream();
  const line = new ProgressLine(shown, 95);
  line.report("exploring");
  vi.advanceTimersByTime(4000);
  expect(shown.shown()).toBe("0:04 of ~1:35 exploring (0:04)");
});

test("off a terminal a log shows every 30 seconds what a run waits for", () => {
  let written = "";
  const log = new ProgressLog({ write: (text) => (written += text) });
  log.report("making 3 widgets");
  vi.advanceTimersByTime(29_000);
  expect(written).toBe("");
  log.report("waiting for 3 first crawls");
  vi.advanceTimersByTime(31_000);
  log.clear();
  vi.advanceTimersByTime(60_000);
  log.end();
  expect(written).toBe(
    "widgets-mock: 0:30 waiting for 3 first crawls\nwidgets-mock: 1:00 waiting for 3 first crawls\n",
  );
  expect(vi.getTimerCount()).toBe(0);
});

test("a line is never longer than the terminal is wide, so that it can be taken back", () => {
  const shown = stream(20);
  new ProgressLine(shown).report("waiting for 3 first crawls");
  expect(shown.shown()).toBe("0:00 waiting for 3 ");
});
