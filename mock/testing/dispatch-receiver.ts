import type { Dispatcher } from "undici";

/** Receives a response for undici: the handler of a request, in either of its forms. */
export interface DispatchReceiver {
  /** Aborted when undici gives the request up. */
  readonly signal: AbortSignal;
  start(): void;
  headers(response: Response): void;
  /** Waits while undici wants no more. */
  data(chunk: Uint8Array): Promise<void>;
  end(): void;
  fail(error: Error): void;
}

type Handler = Dispatcher.DispatchHandler;

/** Creates the receiver for a handler: those of undici 7 and later get a controller, those before it, and `fetch`, do not. */
export function createDispatchReceiver(handler: Handler): DispatchReceiver {
  return handler.onRequestStart ? new ControlledReceiver(handler) : new LegacyReceiver(handler);
}

/** A pause until something is resumed. */
class Pause {
  #resumed: Promise<void> | undefined;
  #resume: (() => void) | undefined;

  get isPaused(): boolean {
    return this.#resumed !== undefined;
  }

  readonly pause = (): void => {
    this.#resumed ??= new Promise((resolve) => {
      this.#resume = resolve;
    });
  };

  readonly resume = (): void => {
    this.#resume?.();
    this.#resumed = undefined;
  };

  async whilePaused(): Promise<void> {
    await this.#resumed;
  }
}

class ControlledReceiver implements DispatchReceiver {
  readonly #handler: Handler;
  readonly #pause = new Pause();
  readonly #abort = new AbortController();
  readonly #controller: Dispatcher.DispatchController;

  constructor(handler: Handler) {
    this.#handler = handler;
    const { signal } = this.#abort;
    const pausing = this.#pause;
    this.#controller = {
      get aborted() {
        return signal.aborted;
      },
      get reason() {
        return signal.reason ?? null;
      },
      get paused() {
        return pausing.isPaused;
      },
      rawHeaders: null,
      rawTrailers: null,
      abort: (reason) => this.#stop(reason),
      pause: pausing.pause,
      resume: pausing.resume,
    };
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  start(): void {
    this.#handler.onRequestStart?.(this.#controller, {});
  }

  headers({ status, headers, statusText }: Response): void {
    this.#controller.rawHeaders = rawHeadersOf(headers);
    this.#handler.onResponseStart?.(this.#controller, status, headersByName(headers), statusText);
  }

  async data(chunk: Uint8Array): Promise<void> {
    this.#handler.onResponseData?.(this.#controller, Buffer.from(chunk));
    await this.#pause.whilePaused();
  }

  end(): void {
    this.#handler.onResponseEnd?.(this.#controller, {});
  }

  fail(error: Error): void {
    this.#handler.onResponseError?.(this.#controller, error);
  }

  #stop(reason: Error): void {
    this.#abort.abort(reason);
    this.#pause.resume();
  }
}

class LegacyReceiver implements DispatchReceiver {
  readonly #handler: Handler;
  readonly #pause = new Pause();
  readonly #abort = new AbortController();

  constructor(handler: Handler) {
    this.#handler = handler;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  start(): void {
    this.#handler.onConnect?.((reason) => {
      this.#abort.abort(reason);
      this.#pause.resume();
    });
  }

  headers({ status, headers, statusText }: Response): void {
    this.#handler.onResponseStarted?.();
    this.#goOn(this.#handler.onHeaders?.(status, rawHeadersOf(headers), this.#pause.resume, statusText));
  }

  async data(chunk: Uint8Array): Promise<void> {
    this.#goOn(this.#handler.onData?.(Buffer.from(chunk)));
    await this.#pause.whilePaused();
  }

  end(): void {
    this.#handler.onComplete?.([]);
  }

  fail(error: Error): void {
    this.#handler.onError?.(error);
  }

  #goOn(wantsMore: boolean | undefined): void {
    if (wantsMore === false) this.#pause.pause();
  }
}

/** Names and values that follow each other, as they are on the wire. */
function rawHeadersOf(headers: Headers): Buffer[] {
  return [...headers].flatMap(([name, value]) => [Buffer.from(name, "latin1"), Buffer.from(value, "latin1")]);
}

/** The header fields by name; an array for one that occurs more than once. */
function headersByName(headers: Headers): Record<string, string | string[]> {
  const byName: Record<string, string | string[]> = {};
  for (const [name, value] of headers) byName[name] = name in byName ? [byName[name] ?? [], value].flat() : value;
  return byName;
}
