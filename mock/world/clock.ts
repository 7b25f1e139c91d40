import { OrderedMap } from "./ordered-map.ts";
import { Time, type TimeState } from "./time.ts";

/** A place in an agenda: when something is to happen, in milliseconds since the epoch, and the key that takes it back. */
export interface Timer {
  readonly at: number;
  readonly order: number;
}

/** A clock with its agenda, as a snapshot has it. */
export interface ClockState<Task> {
  readonly time: TimeState;
  readonly wasMoved: boolean;
  readonly order: number;
  readonly agenda: readonly (readonly [Timer, Task])[];
}

/** setTimeout fires at once for anything longer. */
const longestTimeoutMs = 2 ** 31 - 1;

/**
 * The one source of time of a world, and its agenda of tasks, which are data. While a task is done, `now` is the time it
 * was set for, so that what happens does not depend on when somebody looked.
 */
export class Clock<Task> {
  readonly #perform: (task: Task) => void;
  readonly #agenda = new OrderedMap<Timer, Task>(undefined, (a, b) => a.at - b.at || a.order - b.order);
  #time: Time;
  #order = 0;
  #wasMoved = false;
  #ended = false;
  #during: number | undefined;
  #alarm: { readonly at: number; readonly timeout: ReturnType<typeof setTimeout> } | undefined;

  constructor(time: TimeState, perform: (task: Task) => void) {
    this.#time = new Time(time);
    this.#perform = perform;
  }

  get running(): boolean {
    return this.#time.running;
  }

  /** Whether it was stopped for good. */
  get hasEnded(): boolean {
    return this.#ended;
  }

  /** Whether somebody has moved it, frozen it or let it run. */
  get wasMoved(): boolean {
    return this.#wasMoved;
  }

  now(): number {
    return this.#during ?? this.#time.now();
  }

  /** Sets a task for a time; what is due already is done at the next look at the clock. */
  schedule(at: number, task: Task): Timer {
    const timer = { at, order: this.#order++ };
    if (!this.#ended) this.#agenda.set(timer, task);
    this.#setAlarm();
    return timer;
  }

  cancel(timer: Timer): void {
    this.#agenda.delete(timer);
  }

  /** Does everything that is due. */
  runDueTasks(): void {
    if (this.#agenda.size > 0) this.#runUntil(this.#time.now());
  }

  /** Moves time forward, and does, in order, what is due on the way. */
  advance(milliseconds: number): void {
    this.#wasMoved = true;
    this.#runUntil(this.#time.now() + milliseconds);
    this.#time.advance(milliseconds);
    // What was to come in a while comes sooner now.
    this.#stopAlarm();
    this.#setAlarm();
  }

  /** Stands still from now on, until it is moved or resumed. */
  freeze(): void {
    this.#wasMoved = true;
    this.runDueTasks();
    this.#time.freeze();
    this.#stopAlarm();
  }

  /** Goes by itself from now on. */
  resume(): void {
    this.#wasMoved = true;
    this.#time.resume();
    this.#setAlarm();
  }

  /** Forgets the agenda, and takes nothing more: what is still under way when a world ends leads nowhere. */
  stop(): void {
    this.#ended = true;
    this.#agenda.clear();
    this.#stopAlarm();
  }

  save(): ClockState<Task> {
    const { wasMoved } = this;
    return { time: this.#time.save(), wasMoved, order: this.#order, agenda: this.#agenda.toArray() };
  }

  load({ time, wasMoved, order, agenda }: ClockState<Task>): void {
    this.#time = new Time(time);
    this.#wasMoved = wasMoved;
    this.#order = order;
    this.#agenda.clear();
    for (const [timer, task] of agenda) this.#agenda.set(timer, task);
    this.#stopAlarm();
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
    if (!this.running || !next || (this.#alarm && this.#alarm.at <= next.at)) return;
    this.#stopAlarm();
    const wait = Math.min(Math.max(0, next.at - this.#time.now()), longestTimeoutMs);
    const timeout = setTimeout(() => {
      this.#alarm = undefined;
      this.runDueTasks();
      this.#setAlarm();
    }, wait);
    // An agenda alone keeps no process alive.
    (timeout as { unref?: () => void }).unref?.();
    this.#alarm = { at: next.at, timeout };
  }

  #stopAlarm(): void {
    if (this.#alarm) clearTimeout(this.#alarm.timeout);
    this.#alarm = undefined;
  }
}
