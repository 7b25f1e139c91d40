import type { Store } from "../store.ts";
import type { Session } from "./session.ts";
import {
  dueWorlds,
  forgetDeliveryCounts,
  forgetRemoved,
  idleWorlds,
  takeDeliveries,
  touchWorlds,
} from "./statements.ts";
import { graceMs } from "./wakes.ts";

/** When a process does what no request asks for, in real time. */
export interface MaintenancePace {
  /** How often is looked for what other processes have left undone (default 1000). */
  readonly lookMs: number;
  /** How often is tidied up (default 30 000). */
  readonly tidyMs: number;
  /** A copy that nobody has used for so long is forgotten (default ten minutes). */
  readonly unusedMs: number;
}

const defaultPace: MaintenancePace = { lookMs: 1000, tidyMs: 30_000, unusedMs: 600_000 };

/** Does what no request asks for: tasks that are due, deliveries of processes that are dead, and tidying up. */
export class Maintenance {
  readonly #session: Session;
  readonly #store: Store;
  readonly #pace: MaintenancePace;
  readonly #timers: ReturnType<typeof setInterval>[] = [];
  #isLooking = false;
  #isTidying = false;

  constructor(session: Session, store: Store, pace: Partial<MaintenancePace> = {}) {
    this.#session = session;
    this.#store = store;
    this.#pace = { ...defaultPace, ...pace };
  }

  start(): void {
    this.#timers.push(
      setInterval(() => void this.#look(), this.#pace.lookMs),
      setInterval(() => void this.#tidyUp(), this.#pace.tidyMs),
    );
    for (const timer of this.#timers) timer.unref();
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    const { database, run } = this.#session;
    try {
      const due = await database.query(dueWorlds, [graceMs]);
      const { rows: sent } = await database.query(takeDeliveries, [run]);
      await Promise.all([
        ...due.rows.map(({ organization }) => this.#runDueTasks(organization)),
        ...sent.map(({ organization, key }) => this.#send(organization, key)),
      ]);
    } catch {
      // The database is away; it is looked again.
    } finally {
      this.#isLooking = false;
    }
  }

  async #runDueTasks(organization: string): Promise<void> {
    const { worlds } = this.#session.engine;
    await this.#step(organization, () => worlds.find(organization)?.clock.runDueTasks());
  }

  /** Sends an event again whose process has not said what became of it. */
  async #send(organization: string, key: string): Promise<void> {
    const { worlds } = this.#session.engine;
    await this.#step(organization, () => {
      const webhooks = worlds.find(organization)?.webhooks;
      const delivery = webhooks?.deliveries.get(key);
      if (delivery?.state === "pending" && !delivery.timer && !webhooks?.isAttempted(key)) webhooks?.attempt(key);
    });
  }

  async #step(organization: string, act: () => void): Promise<void> {
    await this.#store.run({ concern: { kind: "organization", organization }, isRead: false }, act);
  }

  async #tidyUp(): Promise<void> {
    // A slow database is not asked again before it has answered.
    if (this.#isTidying) return;
    this.#isTidying = true;
    const { copies, database, engine } = this.#session;
    const { maxIdleSeconds } = engine.bounds;
    try {
      copies.forgetUnused(this.#pace.unusedMs);
      await database.query(forgetRemoved);
      await database.query(forgetDeliveryCounts);
      await database.query(touchWorlds, [copies.usedWithin(2 * this.#pace.tidyMs)]);
      if (maxIdleSeconds === 0) return;
      const { rows } = await database.query(idleWorlds, [maxIdleSeconds]);
      for (const { organization } of rows) await this.#step(organization, () => this.#forgetIdle(organization));
    } catch {
      // The database is away; it is tidied up later.
    } finally {
      this.#isTidying = false;
    }
  }

  #forgetIdle(organization: string): void {
    this.#session.engine.worlds.forget(organization);
  }
}
