import { type Milestone, milestoneNames, milestones, stepAt } from "../plan/milestones.ts";
import type { Script } from "../plan/script.ts";
import type { Scheduler, Signal } from "./scheduler.ts";

/** What a script tells when it has got to a step. */
interface Told {
  readonly at: number;
  readonly signal: Signal;
}

/** Lets scripts wait for each other. */
export class MilestoneSignals {
  readonly #reached: ReadonlyMap<Milestone, Signal>;
  /** The scripts of the quiet lane, which go one after the other when all are ready. */
  readonly #quiet: readonly Script[];
  readonly #areReady: Signal;
  readonly #isOver: ReadonlyMap<Script, Signal>;
  /** By script: what it has not told yet. */
  readonly #ahead: Map<Script, readonly Told[]>;

  constructor(scheduler: Scheduler, scripts: readonly Script[]) {
    const countIn = (lanes: readonly string[]) => scripts.filter(({ lane }) => lanes.includes(lane)).length;
    this.#reached = new Map(milestoneNames.map((name) => [name, scheduler.signal(countIn(milestones[name]))]));
    this.#quiet = scripts.filter(({ lane }) => lane === "quiet");
    this.#areReady = scheduler.signal(this.#quiet.length);
    this.#isOver = new Map(this.#quiet.map((script) => [script, scheduler.signal()]));
    this.#ahead = new Map(scripts.map((script) => [script, this.#toldBy(script)]));
  }

  /** Notes that a script has got to a step. */
  arrive(script: Script, step: number): void {
    const ahead = this.#ahead.get(script) ?? [];
    for (const { at, signal } of ahead) if (at <= step) signal.tell();
    const later = ahead.filter(({ at }) => at > step);
    this.#ahead.set(script, later);
  }

  /** Waits until a milestone is reached, and all those before it. */
  async until(milestone: Milestone): Promise<void> {
    for (const [name, signal] of this.#reached) {
      await signal.wait();
      if (name === milestone) return;
    }
  }

  /** Waits until it is a script's turn in the quiet lane. */
  async untilTurn(script: Script): Promise<void> {
    await this.#areReady.wait();
    const before = this.#quiet[this.#quiet.indexOf(script) - 1];
    if (before) await this.#isOver.get(before)?.wait();
  }

  #toldBy(script: Script): Told[] {
    const { lane, steps } = script;
    const ofLane = [...this.#reached].filter(([name]) => (milestones[name] as readonly string[]).includes(lane));
    const told = ofLane.map(([name, signal]) => ({ at: stepAt(steps, name), signal }));
    const isOver = this.#isOver.get(script);
    if (!isOver) return told;
    const turn = steps.findIndex((step) => step.kind === "wait" && step.until === "turn");
    return [...told, { at: turn, signal: this.#areReady }, { at: stepAt(steps, "quiet-over"), signal: isOver }];
  }
}
