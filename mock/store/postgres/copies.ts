import type { Engine } from "../../engine.ts";
import type { World } from "../../world/world.ts";
import { applyRows, forgetCopy, type ParsedRow } from "../apply-rows.ts";
import type { Persistence } from "../persistence.ts";
import { rowKinds, shared } from "../row.ts";

/** The head of a world as the database has it. */
export interface WorldVersion {
  readonly organization: string;
  readonly version: number;
  /** A copy that is older has to be loaded anew. */
  readonly completeSince: number;
}

/** A row with the version of its world that wrote it. */
export interface VersionedRow {
  readonly kind: string;
  readonly key: string;
  readonly json: string | null;
  readonly version: number;
  /** The version that it has its place in the order of its kind from. */
  readonly placed: number;
}

/** What a copy is asked for with if there is none: everything. */
export const unknownVersion = -1;

/** What a copy has of what is recorded of its world. */
export interface SettledRecords {
  /** What they were put in: a reset puts another one in its place. */
  readonly world: World;
  /** The number of the last record in the database that it has. */
  readonly last: number;
  /** Numbers of requests and happenings up to there; what comes after them was recorded by this process since then. */
  readonly requests: number;
  readonly happenings: number;
}

interface Copy {
  version: number;
  /** Undefined before anybody has looked at what is recorded: most callers never do. */
  records: SettledRecords | undefined;
  /** In real milliseconds. */
  usedAt: number;
  /** While it holds what is not committed yet. */
  settled: Promise<void> | undefined;
}

/** The worlds of a database that this process has copies of, with the version of each. */
export class Copies {
  readonly #engine: Engine;
  readonly #persistence: Persistence;
  /** In the order in which they were used, the longest unused first. */
  readonly #copies = new Map<string, Copy>();
  /** True once what all share was read: before that, nobody has written it. */
  hasShared = false;

  constructor(engine: Engine, persistence: Persistence) {
    this.#engine = engine;
    this.#persistence = persistence;
  }

  get size(): number {
    return this.#copies.size;
  }

  has(organization: string): boolean {
    return this.#copies.has(organization);
  }

  organizations(): string[] {
    return [...this.#copies.keys()];
  }

  /** The version of a copy, to ask the database for what came after it. */
  versionOf(organization: string): number {
    return this.#copies.get(organization)?.version ?? unknownVersion;
  }

  /** Resolves when a copy holds nothing any more that is not committed; undefined if that is so. */
  settlingOf(organization: string): Promise<void> | undefined {
    return this.#copies.get(organization)?.settled;
  }

  /** Marks a copy as one that holds what is not committed, until the promise resolves. */
  hold(organization: string, settled: Promise<void>): void {
    const copy = this.#copies.get(organization);
    if (copy) copy.settled = settled;
  }

  /** Ends that, with the version that it has now. */
  release(organization: string, version: number | undefined): void {
    const copy = this.#copies.get(organization);
    if (!copy) return;
    copy.settled = undefined;
    if (version !== undefined) copy.version = version;
  }

  /**
   * Brings a copy up to date.
   * @param since the version that the rows follow, which the copy had when they were asked for
   * @returns false if they are not enough: then it has to be asked for again
   */
  bringUp(head: WorldVersion, rows: readonly VersionedRow[], since: number): boolean {
    const { organization, version, completeSince } = head;
    const copy = this.#copies.get(organization);
    if (copy) this.#use(organization, copy);
    if (copy && copy.version >= version) return true;
    if (copy && copy.version < completeSince) {
      this.forget(organization);
      return false;
    }
    // Everything that there is does not say what was removed from a copy that has come meanwhile.
    if (copy ? since === unknownVersion || since > copy.version : since !== unknownVersion) return false;
    const news = copy ? rows.filter((row) => row.version > copy.version) : rows;
    if (!copy && organization === shared) this.#dropShared();
    if (news.length > 0) this.#apply(organization, news);
    if (copy) copy.version = version;
    else this.#use(organization, { version, records: undefined, usedAt: 0, settled: undefined });
    return true;
  }

  /** Notes that a copy is used, so that it is not among those that are forgotten first. */
  noteUse(organization: string): void {
    const copy = this.#copies.get(organization);
    if (copy) this.#use(organization, copy);
  }

  #use(organization: string, copy: Copy): void {
    copy.usedAt = performance.now();
    this.#copies.delete(organization);
    this.#copies.set(organization, copy);
  }

  /** What the copy of a world has of what is recorded; undefined if nobody has looked at it yet. */
  recordsOf(organization: string): SettledRecords | undefined {
    return this.#copies.get(organization)?.records;
  }

  /** Notes what a copy has of what is recorded. */
  settleRecords(organization: string, records: SettledRecords): void {
    const copy = this.#copies.get(organization);
    if (copy) copy.records = records;
  }

  /** Forgets a copy: what it holds may not have been committed. What all share stays, and is put right when it is read. */
  forget(organization: string): void {
    this.#copies.delete(organization);
    if (organization !== shared) forgetCopy(this.#engine, organization);
    else this.#persistence.placeShared({ isLoaded: true });
  }

  /** Forgets the copy of a world that is gone, unless it has come again since the version that was asked for. */
  forgetGone(organization: string, since: number): void {
    const copy = this.#copies.get(organization);
    if (copy?.version === since && !copy.settled) this.forget(organization);
  }

  /** Forgets copies that nobody has used for so long. */
  forgetUnused(idleMs: number): void {
    const since = performance.now() - idleMs;
    for (const [organization, { usedAt }] of this.#copies) {
      if (usedAt > since) return;
      this.#unload(organization);
    }
  }

  /** Forgets the longest unused copies, if there are more than there may be. The database has what they hold. */
  forgetExcess(): void {
    // What all share is one of them, and is no world.
    let excess = this.#copies.size - 1 - this.#engine.bounds.maxWorlds;
    if (excess <= 0) return;
    for (const organization of this.#copies.keys()) {
      if (this.#unload(organization)) excess--;
      if (excess === 0) return;
    }
  }

  /** Forgets the copy of a world, unless it holds what is not committed yet. */
  #unload(organization: string): boolean {
    if (organization === shared || this.settlingOf(organization)) return false;
    this.forget(organization);
    return true;
  }

  /** The organizations whose copies were used in the last so many milliseconds. */
  usedWithin(milliseconds: number): string[] {
    const since = performance.now() - milliseconds;
    return [...this.#copies].filter(([, { usedAt }]) => usedAt >= since).map(([organization]) => organization);
  }

  #apply(organization: string, rows: readonly VersionedRow[]): void {
    applyRows(this.#engine, organization, parsedRows(rows));
    const { worlds } = this.#engine;
    // Its head may be another one than that which was written here last.
    if (rows.some(({ kind }) => kind === "world" || kind === "mock")) {
      this.hasShared ||= organization === shared;
      (organization === shared ? worlds.state : worlds.find(organization))?.changes?.forget();
    }
  }

  /** Faults, their rate limits, organizations and keys, which a command may have made that was not committed. */
  #dropShared(): void {
    const { organizations, worlds } = this.#engine;
    worlds.state.changes?.uncounted(() => worlds.faults.clear());
    organizations.forgetAll();
  }
}

/** So many rows are parsed at once, as one array: several times as fast as one after the other. */
const parsedAtOnce = 500;

/** Rows in the order of their kinds. One that has a new place was behind the others when it was written: it goes there here too. */
function* parsedRows(rows: readonly VersionedRow[]): Generator<ParsedRow> {
  const byKind = new Map<string, VersionedRow[]>(rowKinds.map((kind) => [kind, []]));
  for (const row of rows) byKind.get(row.kind)?.push(row);
  for (const kind of rowKinds) {
    const ofKind = byKind.get(kind) ?? [];
    const isThereOnce = kind === "world" || kind === "mock";
    for (let start = 0; start < ofKind.length; start += parsedAtOnce) {
      const chunk = ofKind.slice(start, start + parsedAtOnce);
      const parts: readonly unknown[] = JSON.parse(`[${chunk.map(({ json }) => json ?? "null").join()}]`);
      for (const [place, { key, json, version, placed }] of chunk.entries()) {
        const part = json === null ? undefined : parts[place];
        yield { kind, key, part, isMoved: placed === version && !isThereOnce };
      }
    }
  }
}
