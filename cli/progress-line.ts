/** What a line of a terminal is shown on. */
export interface LineStream {
  readonly columns?: number;
  write(text: string): unknown;
}

/** Says what is being waited for. */
export interface Progress {
  say(text: string): void;
  /** Takes away what is said, until there is something to say again. */
  clear(): void;
  end(): void;
}

const tickMs = 1000;
/** How often a log is told. */
const logMs = 30_000;

/** One line of a terminal that says what is being waited for, and for how long; it is gone at the end. */
export class ProgressLine implements Progress {
  readonly #stream: LineStream;
  readonly #began = Date.now();
  readonly #timer: NodeJS.Timeout;
  #text = "";
  #since = Date.now();

  constructor(stream: LineStream) {
    this.#stream = stream;
    this.#timer = setInterval(() => this.#show(), tickMs);
    this.#timer.unref();
  }

  /** Says what is waited for; where only a number has changed it is the same that is waited for. */
  say(text: string): void {
    const withoutNumbers = (one: string) => one.replaceAll(/\d+/g, "#");
    if (withoutNumbers(text) !== withoutNumbers(this.#text)) this.#since = Date.now();
    this.#text = text;
    this.#show();
  }

  clear(): void {
    this.#text = "";
    this.#stream.write("\r\u001b[K");
  }

  end(): void {
    clearInterval(this.#timer);
    this.clear();
  }

  #show(): void {
    if (this.#text === "") return;
    const line = `${clock(Date.now() - this.#began)} ${this.#text} (${clock(Date.now() - this.#since)})`;
    // A line that is wrapped could not be taken back.
    this.#stream.write(`\r\u001b[K${line.slice(0, (this.#stream.columns ?? 80) - 1)}`);
  }
}

/** Lines of a log, one now and then, that say what is being waited for: off a terminal nobody sees that a run goes on. */
export class ProgressLog implements Progress {
  readonly #stream: LineStream;
  readonly #began = Date.now();
  readonly #timer: NodeJS.Timeout;
  #text = "";

  constructor(stream: LineStream) {
    this.#stream = stream;
    this.#timer = setInterval(() => this.#write(), logMs);
    this.#timer.unref();
  }

  say(text: string): void {
    this.#text = text;
  }

  clear(): void {
    this.#text = "";
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #write(): void {
    if (this.#text !== "") this.#stream.write(`widgets-mock: ${clock(Date.now() - this.#began)} ${this.#text}\n`);
  }
}

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
