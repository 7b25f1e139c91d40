import type { QueryResult } from "pg";
import { shared } from "../row.ts";
import { unknownVersion, type VersionedRow, type WorldVersion } from "./copies.ts";
import { databaseUnavailable, isPassing } from "./database.ts";
import { checkSchema, type Session, setTime } from "./session.ts";
import { lookAtAllWorlds, lookAtWorlds } from "./statements.ts";
import { groupRows } from "./transaction.ts";

/** Questions that are under way at a time; what is asked meanwhile goes with the next one. */
const maxAsked = 2;
/** A database that is away is asked again after this pause, in real time. */
const pauseMs = 100;

/** The worlds that are looked at: undefined for all. */
type Wanted = readonly string[] | undefined;

interface Waiting {
  readonly wanted: Wanted;
  readonly startedAt: number;
  use(isThere: boolean): void;
  reject(error: unknown): void;
}

interface LookedAt {
  readonly organization: string;
  readonly version: number;
  readonly complete_since: number;
  readonly now: number;
  readonly schema: number;
  readonly kind: string | null;
  readonly key: string;
  readonly json: string | null;
  readonly row_version: number;
  readonly placed: number;
}

interface Found {
  readonly head: WorldVersion;
  readonly rows: readonly VersionedRow[];
  /** The version that the rows follow. */
  readonly since: number;
}

/**
 * Brings copies up to date for those who only read, without a lock: they see everything that was committed when they asked.
 * Who asks at the same time is answered together.
 */
export class Reads {
  readonly #session: Session;
  #waiting: Waiting[] = [];
  #asked = 0;
  #isScheduled = false;

  constructor(session: Session) {
    this.#session = session;
  }

  /**
   * Calls back when copies are up to date and hold nothing that is not committed: with true, or with false if one of the
   * worlds does not exist.
   */
  whenFresh(wanted: Wanted, { use, reject }: Pick<Waiting, "use" | "reject">): void {
    this.#add({ wanted, startedAt: performance.now(), use, reject });
  }

  #add(waiting: Waiting): void {
    this.#waiting.push(waiting);
    this.#schedule();
  }

  #addAll(waiting: readonly Waiting[]): void {
    for (const one of waiting) this.#add(one);
  }

  #schedule(): void {
    if (this.#isScheduled || this.#asked >= maxAsked || this.#waiting.length === 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      const waiting = this.#waiting;
      this.#waiting = [];
      this.#asked++;
      void this.#answer(waiting).finally(() => {
        this.#asked--;
        this.#schedule();
      });
    });
  }

  async #answer(waiting: readonly Waiting[]): Promise<void> {
    let found: ReadonlyMap<string, Found>;
    try {
      const isOfAll = waiting.some(({ wanted }) => wanted === undefined);
      found = await this.#look(
        isOfAll ? undefined : [...new Set([shared, ...waiting.flatMap((one) => one.wanted ?? [])])],
      );
      this.#session.patience.noteAnswer();
    } catch (error) {
      this.#recover(waiting, error);
      return;
    }
    // What was asked is answered; those who wait for a commit keep nobody from asking.
    void Promise.all(waiting.map((one) => this.#finish(one, found))).then(() => this.#session.copies.forgetExcess());
  }

  /** After a question without an answer: it is asked again, for a while. */
  #recover(waiting: readonly Waiting[], error: unknown): void {
    if (!isPassing(error)) this.#session.engine.observer.onError?.(error, "-");
    const again = [...this.#session.patience.retryable(error, waiting)];
    for (const one of waiting) if (!again.includes(one)) one.reject(databaseUnavailable(error));
    if (again.length > 0) setTimeout(() => this.#addAll(again), pauseMs);
  }

  async #look(wanted: Wanted): Promise<ReadonlyMap<string, Found>> {
    const { copies, database } = this.#session;
    const names = wanted ?? copies.organizations();
    const asked = new Map(names.map((name) => [name, copies.versionOf(name)]));
    const { rows }: QueryResult<LookedAt> = await database.query(wanted ? lookAtWorlds : lookAtAllWorlds, [
      [...asked.keys()],
      [...asked.values()],
    ]);
    const [first] = rows;
    if (!first) throw new Error("the database has lost what all organizations share");
    checkSchema(this.#session, first.schema);
    setTime(this.#session, first.now);
    const found = new Map<string, Found>();
    for (const [organization, ofWorld] of groupRows(rows)) {
      const [{ version, complete_since: completeSince } = first] = ofWorld;
      const changed = ofWorld.flatMap(({ kind, key, json, row_version, placed }) =>
        kind === null ? [] : [{ kind, key, json, version: row_version, placed }],
      );
      const since = asked.get(organization) ?? unknownVersion;
      found.set(organization, { head: { organization, version, completeSince }, rows: changed, since });
    }
    for (const [name, since] of asked) if (!found.has(name)) copies.forgetGone(name, since);
    return found;
  }

  /** Brings up what one of those who wait wants to see, and asks again where that was not enough. */
  async #finish(waiting: Waiting, found: ReadonlyMap<string, Found>): Promise<void> {
    const { copies } = this.#session;
    const names = waiting.wanted ? [shared, ...waiting.wanted] : [...found.keys()];
    try {
      const settling = names.map((name) => copies.settlingOf(name)).filter((one) => one !== undefined);
      if (settling.length > 0) {
        await Promise.all(settling);
        // Meanwhile others have had their turn.
        return void this.#finish(waiting, found);
      }
      const missing = names.filter((name) => !this.#bringUp(name, found.get(name)));
      if (missing.length === 0) waiting.use(true);
      else if (missing.some((name) => !found.has(name))) waiting.use(false);
      else this.#add(waiting);
    } catch (error) {
      this.#recover([waiting], error);
    }
  }

  #bringUp(organization: string, found: Found | undefined): boolean {
    const { copies } = this.#session;
    if (found) return copies.bringUp(found.head, found.rows, found.since);
    if (copies.has(organization)) copies.forget(organization);
    return false;
  }
}
