import { type Milestone, milestoneNames, milestones, stepAt } from "../plan/milestones.ts";
import type { Script } from "../plan/script.ts";
import type { Scheduler, Signal } from "./scheduler.ts";

/** Lets scripts wait for each other. */
export class MilestoneSignals {
  readonly #reached: ReadonlyMap<Milestone, Signal>;
  /** By script: the milestones that it has not got to, each with the step at which it does. */
  readonly #ahead: Map<Script, [Milestone, number][]>;
  readonly #turns: Turns;

  constructor(scheduler: Scheduler, scripts: readonly Script[]) {
    this.#ahead = new Map(
      scripts.map((script) => [script, milestoneNames.map((name) => [name, stepAt(script.steps, name)])]),
    );
    this.#reached = new Map(
      milestoneNames.map((name) => {
        const lanes: readonly string[] = milestones[name];
        return [name, scheduler.signal(scripts.filter(({ lane }) => lanes.includes(lane)).length)];
      }),
    );
    this.#turns = new Turns(scheduler, scripts);
  }

  /** Notes that a script has got to a step. */
  arrive(script: Script, step: number): void {
    const ahead = this.#ahead.get(script) ?? [];
    for (const [name] of ahead.filter(([, at]) => at <= step)) this.#tell(script, name);
    this.#ahead.set(
      script,
      ahead.filter(([, at]) => at > step),
    );
    this.#turns.arrive(script, step);
  }

  /** Waits until a milestone is reached, and all those before it. */
  async until(milestone: Milestone): Promise<void> {
    for (const [name, signal] of this.#reached) {
      await signal.wait();
      if (name === milestone) return;
    }
  }

  /** Waits until it is a script's turn in its lane. */
  async untilTurn(script: Script): Promise<void> {
    await this.#turns.until(script);
  }

  #tell({ lane }: Script, name: Milestone): void {
    const lanes: readonly string[] = milestones[name];
    if (lanes.includes(lane)) this.#reached.get(name)?.tell();
  }
}

/** Lets the scripts of the quiet lane go one after the other, when all of them are ready. */
class Turns {
  readonly #scripts: readonly Script[];
  readonly #ready: Signal;
  readonly #over: ReadonlyMap<Script, Signal>;
  readonly #told = new Set<Signal | Script>();

  constructor(scheduler: Scheduler, scripts: readonly Script[]) {
    this.#scripts = scripts.filter(({ lane }) => lane === "quiet");
    this.#ready = scheduler.signal(this.#scripts.length);
    this.#over = new Map(this.#scripts.map((script) => [script, scheduler.signal()]));
  }

  arrive(script: Script, step: number): void {
    const over = this.#over.get(script);
    if (!over) return;
    const turn = script.steps.findIndex((one) => one.kind === "wait" && one.until === "turn");
    const isReady = step >= turn;
    if (isReady && !this.#told.has(script)) this.#ready.tell();
    if (isReady) this.#told.add(script);
    if (step < stepAt(script.steps, "quiet-over") || this.#told.has(over)) return;
    this.#told.add(over);
    over.tell();
  }

  async until(script: Script): Promise<void> {
    await this.#ready.wait();
    const before = this.#scripts[this.#scripts.indexOf(script) - 1];
    if (before) await this.#over.get(before)?.wait();
  }
}
