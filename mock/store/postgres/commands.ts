import { shared } from "../row.ts";
import { databaseUnavailable, isPassing } from "./database.ts";
import type { Session } from "./session.ts";
import { ForeignChange, type LockedWorlds, type Outcome, Transaction, type WorldCommand } from "./transaction.ts";

/** Transactions at a time that take many worlds, and those that wait for one that another process has. */
const maxShared = 3;
const maxAlone = 4;
/** So many worlds in one transaction. */
const maxWorldsAtOnce = 64;
/** What has left no trace is tried again after this pause, in real time. */
const pauseMs = 100;

/** What is asked of `Commands`. */
export interface CommandOptions {
  /** Undefined if it concerns all worlds. */
  readonly organizations: readonly string[] | undefined;
  readonly isOnce?: boolean;
}

interface Waiting extends WorldCommand {
  /** The worlds that it locks, if it is alone: undefined for all. Where it is not, it locks the one that it concerns. */
  readonly alone: { readonly organizations: readonly string[] | undefined } | undefined;
}

/**
 * Carries out commands. Those that wait at the same time share a transaction, whether they are of one world or of many; a
 * world is in one at a time, and a command that concerns all worlds is alone.
 */
export class Commands {
  readonly #session: Session;
  /** Those that wait, by the world that they concern, oldest first. */
  readonly #waiting = new Map<string, Waiting[]>();
  readonly #waitingAlone: Waiting[] = [];
  readonly #active = new Set<string>();
  /** Worlds that another process had a moment ago. */
  readonly #contended = new Set<string>();
  #shared = 0;
  #alone = 0;
  #isOneAlone = false;
  #isScheduled = false;
  /** Those that pause before they are tried again. */
  #paused = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  /** True if nothing is under way. */
  get isIdle(): boolean {
    const waits = this.#waiting.size + this.#waitingAlone.length + this.#paused > 0;
    return this.#active.size === 0 && !waits && !this.#isOneAlone;
  }

  /** Carries out a command, and gives its result when it is committed. */
  run(act: () => unknown, { organizations, isOnce = false }: CommandOptions): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const isShared = organizations?.length === 1 && !isOnce;
      // One that cannot be done again has what all share from the start.
      const locked = organizations && [...new Set([shared, ...organizations])];
      const command: Waiting = {
        organizations: organizations ?? [],
        alone: isShared ? undefined : { organizations: locked },
        act,
        isOnce,
        startedAt: performance.now(),
        resolve,
        reject,
      };
      this.#add(command);
    });
  }

  #add(command: Waiting): void {
    const [organization = shared] = command.organizations;
    if (command.alone) this.#waitingAlone.push(command);
    else {
      const others = this.#waiting.get(organization);
      if (others) others.push(command);
      else this.#waiting.set(organization, [command]);
    }
    this.#schedule();
  }

  /** Whatever arrives in the same turn of the event loop goes together. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#start();
    });
  }

  #start(): void {
    if (this.#isOneAlone) return;
    if (this.#waitingAlone.length > 0) {
      // It comes next: nothing else begins meanwhile.
      if (this.#active.size === 0) this.#startOneAlone();
      return;
    }
    while (this.#alone < maxAlone) {
      const organization = [...this.#contended].find((name) => this.#canStart(name));
      if (organization === undefined) break;
      this.#contended.delete(organization);
      this.#alone++;
      void this.#carryOut([organization], false).finally(() => this.#alone--);
    }
    if (this.#shared >= maxShared) return;
    const ready = [...this.#waiting.keys()].filter((name) => this.#canStart(name) && !this.#contended.has(name));
    if (ready.length === 0) return;
    this.#shared++;
    const organizations = ready.slice(0, maxWorldsAtOnce);
    void this.#carryOut(organizations, organizations.length > 1).finally(() => this.#shared--);
    if (ready.length > maxWorldsAtOnce) this.#schedule();
  }

  #canStart(organization: string): boolean {
    return this.#waiting.has(organization) && !this.#active.has(organization);
  }

  #startOneAlone(): void {
    const command = this.#waitingAlone.shift();
    if (!command) return;
    this.#isOneAlone = true;
    void this.#transact([command], { organizations: command.alone?.organizations, skipsLocked: false }).finally(() => {
      this.#isOneAlone = false;
      this.#schedule();
    });
  }

  async #carryOut(organizations: readonly string[], skipsLocked: boolean): Promise<void> {
    const commands = this.#takeWaiting(organizations);
    for (const organization of organizations) this.#active.add(organization);
    await this.#transact(commands, { organizations, skipsLocked });
    for (const organization of organizations) this.#active.delete(organization);
    this.#schedule();
  }

  #takeWaiting(organizations: Iterable<string>): Waiting[] {
    const commands: Waiting[] = [];
    for (const organization of organizations) {
      commands.push(...(this.#waiting.get(organization) ?? []));
      this.#waiting.delete(organization);
    }
    return commands;
  }

  /** Runs commands in one transaction, and settles them; those that were not carried out wait again. */
  async #transact(first: readonly Waiting[], locks: LockedWorlds): Promise<void> {
    const { copies, database } = this.#session;
    const commands = [...first];
    let connection: Awaited<ReturnType<typeof database.take>> | undefined;
    let failure: unknown;
    try {
      connection = await database.take();
      const transaction = new Transaction(this.#session, connection);
      await transaction.begin(locks);
      this.#session.patience.noteAnswer();
      const { locked } = transaction;
      // While another process had a world, more of them have come: they would wait for it again.
      if (!this.#isOneAlone) commands.push(...this.#takeWaiting(locked));
      const isReady = ({ organizations }: WorldCommand) => organizations.every((name) => locked.has(name));
      const ready = commands.filter(isReady);
      if (ready.length === 0) await transaction.rollback();
      else settle(ready, await transaction.carryOut(ready));
      for (const command of commands.filter((one) => !isReady(one))) this.#contend(command);
    } catch (error) {
      failure = error;
      this.#recover(commands, error);
    } finally {
      connection?.release(failure as Error | undefined);
      copies.forgetExcess();
    }
  }

  /** Another process has its world: it waits for it alone, so that nobody waits with it. */
  #contend(command: Waiting): void {
    this.#contended.add(command.organizations[0] ?? shared);
    this.#add(command);
  }

  /** After a transaction that has left no trace: its commands are tried again, or told why not. */
  #recover(commands: readonly Waiting[], error: unknown): void {
    if (error instanceof ForeignChange) {
      for (const command of commands) {
        const organizations = [...new Set([shared, ...command.organizations, ...error.organizations])];
        this.#add({ ...command, alone: { organizations } });
      }
      return;
    }
    if (!isPassing(error)) this.#session.engine.observer.onError?.(error, "-");
    const canAgain = commands.filter(({ isOnce }) => !isOnce);
    const again = [...this.#session.patience.retryable(error, canAgain)];
    for (const command of commands) if (!again.includes(command)) command.reject(databaseUnavailable(error));
    if (again.length === 0) return;
    this.#paused += again.length;
    setTimeout(() => {
      this.#paused -= again.length;
      for (const command of again) this.#add(command);
    }, pauseMs);
  }
}

function settle(commands: readonly WorldCommand[], outcomes: readonly Outcome[]): void {
  for (const [place, command] of commands.entries()) {
    const outcome = outcomes[place];
    if (outcome && "error" in outcome) command.reject(outcome.error);
    else command.resolve(outcome?.value);
  }
}
