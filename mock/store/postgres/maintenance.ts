import type { Store } from "../store.ts";
import type { Session } from "./session.ts";
import { dueWorlds, forgetRemoved, idleWorlds, takeDeliveries, touchWorlds } from "./statements.ts";
import { graceMs } from "./wakes.ts";

/** How often is looked for what other processes have left undone, in real time. */
const lookMs = 1000;
/** How often is tidied up. */
const tidyMs = 30_000;
/** A copy that nobody has used for so long is forgotten. */
const unusedMs = 600_000;

/** Does what no request asks for: tasks that are due, deliveries of processes that are dead, and tidying up. */
export class Maintenance {
  readonly #session: Session;
  readonly #store: Store;
  readonly #timers: ReturnType<typeof setInterval>[] = [];
  #isLooking = false;

  constructor(session: Session, store: Store) {
    this.#session = session;
    this.#store = store;
  }

  start(): void {
    this.#timers.push(
      setInterval(() => void this.#look(), lookMs),
      setInterval(() => void this.#tidyUp(), tidyMs),
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
      const delivery = webhooks?.find(key);
      if (delivery?.state === "pending" && !delivery.timer) webhooks?.attempt(key);
    });
  }

  async #step(organization: string, act: () => void): Promise<void> {
    await this.#store.run({ concern: { kind: "organization", organization }, isRead: false }, act);
  }

  async #tidyUp(): Promise<void> {
    const { copies, database, engine } = this.#session;
    const { maxIdleSeconds, maxWorlds } = engine.bounds;
    try {
      copies.forgetUnused(unusedMs, maxWorlds);
      await database.query(forgetRemoved);
      await database.query(touchWorlds, [copies.usedWithin(2 * tidyMs)]);
      if (maxIdleSeconds === 0) return;
      const { rows } = await database.query(idleWorlds, [maxIdleSeconds]);
      for (const { organization } of rows) await this.#step(organization, () => this.#forgetIdle(organization));
    } catch {
      // The database is away; it is tidied up later.
    }
  }

  #forgetIdle(organization: string): void {
    const { worlds } = this.#session.engine;
    const world = worlds.find(organization);
    if (world) worlds.expire(world);
  }
}
