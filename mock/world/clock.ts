import type { Changes } from "../store/changes.ts";
import { SortedItems } from "./sorted-items.ts";
import { Time, type TimeState, type WallClock } from "./time.ts";

/** A scheduled task: its time in milliseconds since the epoch, and the key to cancel it by. */
export interface Timer {
  readonly at: number;
  readonly order: number;
}

/** A task on the agenda of a clock. */
interface Scheduled<Task> extends Timer {
  readonly task: Task;
}

/** A clock without its scheduled tasks, as a snapshot has it: whoever scheduled one has its timer. */
export interface ClockState {
  readonly time: TimeState;
  readonly wasMoved: boolean;
  readonly order: number;
}

/** What a clock needs of its world. */
export interface ClockSettings<Task> {
  readonly perform: (task: Task) => void;
  /** Called for what a task throws while nobody waits for it. */
  readonly onError: (error: unknown) => void;
  readonly changes?: Changes | undefined;
  /** False if tasks that are due run only when they are asked for (default true). */
  readonly hasAlarm?: boolean;
  /** The time of day that it goes by while it runs (default: the system's). */
  readonly wall?: WallClock | undefined;
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
  readonly #changes: Changes | undefined;
  readonly #hasAlarm: boolean;
  readonly #agenda = new SortedItems<Timer, Scheduled<Task>>((a, b) => a.at - b.at || a.order - b.order);
  readonly #time: Time;
  #order = 0;
  #wasMoved = false;
  #ended = false;
  /** True while no task runs by itself: a state is being loaded, or a store says when tasks are due. */
  #isHeld = false;
  #isPaused = false;
  #during: number | undefined;
  #alarm: { readonly at: number; readonly timeout: ReturnType<typeof setTimeout> } | undefined;

  constructor(time: TimeState, { perform, onError, changes, wall, hasAlarm = true }: ClockSettings<Task>) {
    this.#time = new Time(time, wall);
    this.#perform = perform;
    this.#onError = onError;
    this.#changes = changes;
    this.#isHeld = !hasAlarm;
    this.#hasAlarm = hasAlarm;
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

  /** True while nothing may change: tasks that are due wait. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** When the next task is due by the time of day, in milliseconds since the epoch; undefined if time stands still. */
  nextWake(): number | undefined {
    const next = this.#agenda.first;
    const time = this.#time.save();
    return next && time.running ? next.at - time.aheadMs : undefined;
  }

  /** Number of scheduled tasks. */
  get size(): number {
    return this.#agenda.size;
  }

  /** The tasks that come due next, at most `count`. */
  upcoming(count: number): Scheduled<Task>[] {
    return this.#agenda.after(undefined, count);
  }

  /** Schedules a task. One that is due already runs with the next `runDueTasks`. */
  schedule(at: number, task: Task): Timer {
    const timer = { at, order: this.#order++ };
    this.#changes?.changedHead("world");
    if (!this.#ended) this.#agenda.add({ at, order: timer.order, task });
    this.#setAlarm();
    return timer;
  }

  cancel(timer: Timer): void {
    this.#agenda.delete(timer);
  }

  /** Runs all tasks that are due. */
  runDueTasks(): void {
    if (this.#agenda.size > 0 && !this.#isPaused) this.#runUntil(this.#time.now());
  }

  /** Moves time forward, and runs the tasks that come due in order. */
  advance(milliseconds: number): void {
    this.#noteMove();
    this.#runUntil(this.#time.now() + milliseconds);
    this.#time.advance(milliseconds);
    // Tasks are due sooner now in real time.
    this.#stopAlarm();
    this.#setAlarm();
  }

  /** Stops time, until it is advanced or resumed. */
  freeze(): void {
    this.#noteMove();
    this.runDueTasks();
    this.#time.freeze();
    this.#stopAlarm();
  }

  /** Lets time run again. */
  resume(): void {
    this.#noteMove();
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
    this.#time.load(time);
    this.#wasMoved = wasMoved;
    this.#order = order;
    this.#isHeld = true;
  }

  /** Schedules a saved task again; false if its timer is that of another task. */
  reschedule(timer: Timer, task: Task): boolean {
    return timer.order < this.#order && this.#agenda.add({ at: timer.at, order: timer.order, task });
  }

  /** Lets the tasks run that are due after a state was loaded. */
  start(): void {
    this.#isHeld = !this.#hasAlarm;
    this.#setAlarm();
  }

  /** Lets tasks that are due wait, and time go on. */
  pause(): void {
    this.#isPaused = true;
    this.#stopAlarm();
  }

  /** Ends a pause. */
  unpause(): void {
    this.#isPaused = false;
    this.#setAlarm();
  }

  #noteMove(): void {
    this.#wasMoved = true;
    this.#changes?.changedHead("world");
  }

  #runUntil(time: number): void {
    for (let next = this.#agenda.first; next && next.at <= time; next = this.#agenda.first) {
      this.#agenda.delete(next);
      this.#during = Math.max(next.at, this.#during ?? next.at);
      try {
        this.#perform(next.task);
      } finally {
        this.#during = undefined;
      }
    }
  }

  #setAlarm(): void {
    const next = this.#agenda.first;
    if (this.#isHeld || this.#isPaused || !this.running || !next || (this.#alarm && this.#alarm.at <= next.at)) return;
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
