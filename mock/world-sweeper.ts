import type { World } from "./world/world.ts";

/** When no blank world was found, none is looked for again so soon, in real time: there may be many worlds to look at. */
const sweepPauseMs = 1000;
/** Idle worlds are looked for at least so often, in real time. */
const maxIdleSweepMs = 30_000;

/** The worlds of a mock, as far as some of them may be forgotten. */
interface ForgettableWorlds {
  list(): World[];
  /** Forgets worlds with all that they have; their ids are never given again. */
  expire(worlds: readonly World[]): void;
}

/** Forgets worlds that nobody misses. */
export class WorldSweeper {
  readonly #worlds: ForgettableWorlds;
  readonly #idleMs: number;
  readonly #timer: ReturnType<typeof setInterval> | undefined;
  #sweptInVainAt = Number.NEGATIVE_INFINITY;

  /**
   * @param maxIdleSeconds how long a world is kept while nobody uses it, in real time; 0 keeps it
   * @param looksForIdle false while a store looks for idle worlds itself
   */
  constructor(worlds: ForgettableWorlds, maxIdleSeconds: number, looksForIdle: () => boolean) {
    this.#worlds = worlds;
    this.#idleMs = maxIdleSeconds * 1000;
    if (this.#idleMs === 0) return;
    const sweep = () => {
      if (looksForIdle()) this.#forgetIdle();
    };
    this.#timer = setInterval(sweep, Math.min(this.#idleMs / 2, maxIdleSweepMs));
    // It alone keeps no process alive.
    (this.#timer as { unref?: () => void }).unref?.();
  }

  /** Notes that a world is used. */
  noteUse(world: World): void {
    if (this.#timer) world.usedAt = performance.now();
  }

  /** Every key that a stranger makes up creates a world; one in which nothing was done is not missed. */
  forgetBlank(): void {
    if (performance.now() - this.#sweptInVainAt < sweepPauseMs) return;
    const blank = this.#worlds.list().filter(({ isBlank }) => isBlank);
    if (blank.length === 0) this.#sweptInVainAt = performance.now();
    else this.#worlds.expire(blank);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #forgetIdle(): void {
    const idle = this.#worlds.list().filter(({ usedAt }) => performance.now() - usedAt >= this.#idleMs);
    if (idle.length > 0) this.#worlds.expire(idle);
  }
}
