import { OrderedMap } from "./ordered-map.ts";
import { Time, type TimeState } from "./time.ts";

/** A scheduled task: its time in milliseconds since the epoch, and the key to cancel it by. */
export interface Timer {
  readonly at: number;
  readonly order: number;
}

/** A clock without its scheduled tasks, as a snapshot has it: whoever scheduled one has its timer. */
export interface ClockState {
  readonly time: TimeState;
  readonly wasMoved: boolean;
  readonly order: number;
}

/** Above this, setTimeout fires at once. */
const maxTimeoutMs = 2 ** 31 - 1;

/**
 * The only source of time of a world, with its scheduled tasks, which are data. While a task runs, `now` is the time that
 * it was scheduled for, so that results do not depend on when the clock was read.
 */
export class Clock<Task> {
  readonly #perform: (task: Task) => void;
  readonly #onError: (error: unknown) => void;
  readonly #agenda = new OrderedMap<Timer, Task>(undefined, (a, b) => a.at - b.at || a.order - b.order);
  #time: Time;
  #order = 0;
  #wasMoved = false;
  #ended = false;
  #isHeld = false;
  #during: number | undefined;
  #alarm: { readonly at: number; readonly timeout: ReturnType<typeof setTimeout> } | undefined;

  /** @param onError called for what a task throws while nobody waits for it */
  constructor(time: TimeState, perform: (task: Task) => void, onError: (error: unknown) => void) {
    this.#time = new Time(time);
    this.#perform = perform;
    this.#onError = onError;
  }

  get running(): boolean {
    return this.#time.running;
  }

  /** True after `stop`. */
  get hasEnded(): boolean {
    return this.#ended;
  }

  /** True once it was advanced, frozen or resumed. */
  get wasMoved(): boolean {
    return this.#wasMoved;
  }

  now(): number {
    return this.#during ?? this.#time.now();
  }

  /** Number of scheduled tasks. */
  get size(): number {
    return this.#agenda.size;
  }

  /** The tasks that come due next, at most `count`. */
  upcoming(count: number): { readonly timer: Timer; readonly task: Task }[] {
    const found: { readonly timer: Timer; readonly task: Task }[] = [];
    for (const [timer, task] of this.#agenda.entries()) {
      if (found.length === count) break;
      found.push({ timer, task });
    }
    return found;
  }

  /** Schedules a task. One that is due already runs with the next `runDueTasks`. */
  schedule(at: number, task: Task): Timer {
    const timer = { at, order: this.#order++ };
    if (!this.#ended) this.#agenda.set(timer, task);
    this.#setAlarm();
    return timer;
  }

  cancel(timer: Timer): void {
    this.#agenda.delete(timer);
  }

  /** Runs all tasks that are due. */
  runDueTasks(): void {
    if (this.#agenda.size > 0) this.#runUntil(this.#time.now());
  }

  /** Moves time forward, and runs the tasks that come due in order. */
  advance(milliseconds: number): void {
    this.#wasMoved = true;
    this.#runUntil(this.#time.now() + milliseconds);
    this.#time.advance(milliseconds);
    // Tasks are due sooner now in real time.
    this.#stopAlarm();
    this.#setAlarm();
  }

  /** Stops time, until it is advanced or resumed. */
  freeze(): void {
    this.#wasMoved = true;
    this.runDueTasks();
    this.#time.freeze();
    this.#stopAlarm();
  }

  /** Lets time run again. */
  resume(): void {
    this.#wasMoved = true;
    this.#time.resume();
    this.#setAlarm();
  }

  /** Cancels all tasks and accepts no more, so that nothing happens after a world has ended. */
  stop(): void {
    this.#ended = true;
    this.#agenda.clear();
    this.#stopAlarm();
  }

  save(): ClockState {
    return { time: this.#time.save(), wasMoved: this.#wasMoved, order: this.#order };
  }

  /** Loads a saved state. No task runs by itself before `start`. */
  load({ time, wasMoved, order }: ClockState): void {
    this.#time = new Time(time);
    this.#wasMoved = wasMoved;
    this.#order = order;
    this.#isHeld = true;
  }

  /** Schedules a saved task again; false if its timer is that of another task. */
  reschedule(timer: Timer, task: Task): boolean {
    return timer.order < this.#order && this.#agenda.set(timer, task, false);
  }

  /** Lets the tasks run that are due after a state was loaded. */
  start(): void {
    this.#isHeld = false;
    this.#setAlarm();
  }

  #runUntil(time: number): void {
    for (let next = this.#agenda.minKey(); next && next.at <= time; next = this.#agenda.minKey()) {
      const task = this.#agenda.get(next) as Task;
      this.#agenda.delete(next);
      this.#during = Math.max(next.at, this.#during ?? next.at);
      try {
        this.#perform(task);
      } finally {
        this.#during = undefined;
      }
    }
  }

  #setAlarm(): void {
    const next = this.#agenda.minKey();
    if (this.#isHeld || !this.running || !next || (this.#alarm && this.#alarm.at <= next.at)) return;
    this.#stopAlarm();
    const wait = Math.min(Math.max(0, next.at - this.#time.now()), maxTimeoutMs);
    const timeout = setTimeout(() => {
      this.#alarm = undefined;
      try {
        this.runDueTasks();
      } catch (error) {
        this.#onError(error);
      }
      this.#setAlarm();
    }, wait);
    // Scheduled tasks alone do not keep a process alive.
    (timeout as { unref?: () => void }).unref?.();
    this.#alarm = { at: next.at, timeout };
  }

  #stopAlarm(): void {
    if (this.#alarm) clearTimeout(this.#alarm.timeout);
    this.#alarm = undefined;
  }
}
