import type { Engine } from "../../engine.ts";
import { applyRows, forgetCopy } from "../apply-rows.ts";
import type { Persistence } from "../persistence.ts";
import { type RowChange, type RowKind, rowKinds, shared } from "../row.ts";

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

interface Copy {
  version: number;
  /** In real milliseconds. */
  usedAt: number;
  /** While it holds what is not committed yet. */
  settled: Promise<void> | undefined;
  /** The number of the latest record of others that it has. */
  recorded: number;
}

/** A recorded request or happening as the database has it. */
export interface NumberedRecord {
  /** Larger than that of each record that was committed before it. */
  readonly id: number;
  readonly kind: string;
  readonly json: string;
}

const places: ReadonlyMap<string, number> = new Map(rowKinds.map((kind, place) => [kind, place]));

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
    else this.#use(organization, { version, usedAt: 0, settled: undefined, recorded: 0 });
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

  /** Applies records to a copy, but for those that it has: what was loaded with it is also followed. */
  addRecords(organization: string, records: readonly NumberedRecord[]): void {
    const copy = this.#copies.get(organization);
    if (!copy || !this.#engine.worlds.find(organization)) return;
    const news = records.filter(({ id }) => id > copy.recorded);
    copy.recorded = news.at(-1)?.id ?? copy.recorded;
    this.#apply(
      organization,
      news.map(({ kind, json }) => ({ kind, key: "0", json, version: 0, placed: unknownVersion })),
    );
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
    const changes = rows.filter(({ kind }) => places.has(kind)).flatMap(changesBy);
    changes.sort((a, b) => (places.get(a.kind) ?? 0) - (places.get(b.kind) ?? 0));
    applyRows(this.#engine, organization, changes);
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

/** What a row changes. One that has a new place was behind the others when it was written: it goes there here too. */
function changesBy({ kind, key, json, version, placed }: VersionedRow): RowChange[] {
  const address = { kind: kind as RowKind, key };
  if (json === null) return [{ ...address, json: undefined }];
  const isThereOnce = kind === "world" || kind === "mock";
  return placed === version && !isThereOnce
    ? [
        { ...address, json: undefined },
        { ...address, json },
      ]
    : [{ ...address, json }];
}
