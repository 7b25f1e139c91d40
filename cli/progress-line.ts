import type { Output } from "./command-line/command.ts";

/** Shows what a run is waiting for. */
export interface Progress {
  report(text: string): void;
  /** Shows nothing until the next report. */
  clear(): void;
  end(): void;
}

const tickMs = 1000;
/** Time between two lines of a log. */
const logMs = 30_000;

/** One line of a terminal that shows what a run is waiting for, and how long; it is gone at the end. */
export class ProgressLine implements Progress {
  readonly #stream: Output;
  readonly #expectedSeconds: number | undefined;
  readonly #began = Date.now();
  readonly #timer: NodeJS.Timeout;
  #text = "";
  #since = Date.now();

  /** @param expectedSeconds how long the run is expected to take; undefined where that cannot be said */
  constructor(stream: Output, expectedSeconds?: number) {
    this.#stream = stream;
    this.#expectedSeconds = expectedSeconds;
    this.#timer = setInterval(() => this.#draw(), tickMs);
    this.#timer.unref();
  }

  /** Counts the time from the first report of a text; one that differs in numbers alone is the same text. */
  report(text: string): void {
    const withoutNumbers = (one: string) => one.replaceAll(/\d+/g, "#");
    if (withoutNumbers(text) !== withoutNumbers(this.#text)) this.#since = Date.now();
    this.#text = text;
    this.#draw();
  }

  clear(): void {
    this.#text = "";
    this.#stream.write("\r\u001b[K");
  }

  end(): void {
    clearInterval(this.#timer);
    this.clear();
  }

  #draw(): void {
    if (this.#text === "") return;
    const line = `${elapsedText(this.#began, this.#expectedSeconds)} ${this.#text} (${clock(Date.now() - this.#since)})`;
    // A line that wraps could not be erased.
    this.#stream.write(`\r\u001b[K${line.slice(0, (this.#stream.columns ?? 80) - 1)}`);
  }
}

/** A line of a log now and then that shows what a run is waiting for, where the output is no terminal. */
export class ProgressLog implements Progress {
  readonly #stream: Output;
  readonly #expectedSeconds: number | undefined;
  readonly #began = Date.now();
  readonly #timer: NodeJS.Timeout;
  #text = "";

  /** @param expectedSeconds how long the run is expected to take; undefined where that cannot be said */
  constructor(stream: Output, expectedSeconds?: number) {
    this.#stream = stream;
    this.#expectedSeconds = expectedSeconds;
    this.#timer = setInterval(() => this.#write(), logMs);
    this.#timer.unref();
  }

  report(text: string): void {
    this.#text = text;
  }

  clear(): void {
    this.#text = "";
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #write(): void {
    if (this.#text !== "")
      this.#stream.write(`widgets-mock: ${elapsedText(this.#began, this.#expectedSeconds)} ${this.#text}\n`);
  }
}

/** States the time since a start, of how much is expected: `0:19 of ~0:30`. */
function elapsedText(began: number, expectedSeconds: number | undefined): string {
  const elapsed = clock(Date.now() - began);
  return expectedSeconds === undefined ? elapsed : `${elapsed} of ~${clock(expectedSeconds * 1000)}`;
}

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
