import { useEffect, useRef, useState } from "preact/hooks";
import { epoch, type LiveEvent, onEvents } from "./live.ts";
import { apiKey, controlToken } from "./session.ts";

/** Something that was loaded, or why it was not. */
export interface Resource<Data> {
  /** The latest that was loaded; kept while it loads again. */
  readonly data: Data | undefined;
  readonly error: Error | undefined;
  readonly reload: () => void;
}

/** Settings of a resource. */
export interface ResourceOptions {
  /** Says which events make it stale (default: none). */
  readonly isStaleAfter?: (event: LiveEvent) => boolean;
  /** Milliseconds after which it is loaded again, for what no event reports (default: never). */
  readonly everyMs?: number;
}

/** A busy mock makes something load no more often than this. */
const pauseMs = 400;

/**
 * Loads something, and loads it again when the world changes, when the event stream was cut, and after certain events.
 * @param keys what `load` depends on
 */
export function useResource<Data>(
  load: () => Promise<Data>,
  keys: readonly unknown[],
  { isStaleAfter, everyMs }: ResourceOptions = {},
): Resource<Data> {
  const [state, setState] = useState<Loaded<Data>>({ data: undefined, error: undefined });
  const isStale = useRef(isStaleAfter);
  isStale.current = isStaleAfter;
  const reload = useRef(() => {});
  useEffect(() => {
    const loader = new Loader(load, setState);
    reload.current = () => loader.start();
    loader.start();
    const stop = onEvents((events) => {
      if (events.some((event) => isStale.current?.(event))) loader.startSoon();
    });
    const timer = everyMs === undefined ? undefined : setInterval(() => loader.startIfVisible(), everyMs);
    return () => {
      stop();
      clearInterval(timer);
      loader.end();
    };
  }, [...keys, epoch.value, apiKey.value, controlToken.value]);
  return { ...state, reload: () => reload.current() };
}

type Loaded<Data> = Pick<Resource<Data>, "data" | "error">;
type Update<Data> = (change: (before: Loaded<Data>) => Loaded<Data>) => void;

/** Loads one thing again and again, never twice at a time. */
export class Loader<Data> {
  readonly #load: () => Promise<Data>;
  readonly #set: Update<Data>;
  #isLoading = false;
  #isStale = false;
  #hasEnded = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(load: () => Promise<Data>, set: Update<Data>) {
    this.#load = load;
    this.#set = set;
  }

  start(): void {
    if (this.#isLoading) {
      this.#isStale = true;
      return;
    }
    this.#isLoading = true;
    this.#isStale = false;
    this.#load()
      .then(
        (data) => !this.#hasEnded && this.#set(() => ({ data, error: undefined })),
        (error: Error) => !this.#hasEnded && this.#set(({ data }) => ({ data, error })),
      )
      .finally(() => {
        this.#isLoading = false;
        if (this.#isStale) this.startSoon();
      });
  }

  startSoon(): void {
    if (this.#hasEnded) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.start();
    }, pauseMs);
  }

  startIfVisible(): void {
    if (!document.hidden) this.start();
  }

  end(): void {
    this.#hasEnded = true;
    clearTimeout(this.#timer);
  }
}
