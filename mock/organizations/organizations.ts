import fastSha256 from "fast-sha256";
import { boundReached, type MockBounds } from "../bounds.ts";
import type { components } from "../control-plane/generated/types.ts";
import { Refusal } from "../refusal.ts";

type Schemas = components["schemas"];

/** What an organization may use at most. */
export type Quotas = Schemas["Quotas"];

/** An organization as it is stored. */
export type StoredOrganization = Schemas["SnapshotOrganization"];
/** An API key as it is stored: its hash, and not the key. */
export type StoredKey = Schemas["SnapshotKey"];
/** A row of the organizations. */
export type OrganizationRow = StoredOrganization | StoredKey;

/** A row that was written, or removed if there is none any more. */
export interface OrganizationChange {
  readonly part: OrganizationRow["part"];
  /** The name of the organization, or the id of the key. */
  readonly key: string;
  readonly row: OrganizationRow | undefined;
}

interface Entry {
  row: StoredOrganization;
  /** By their ids, oldest first. */
  readonly keys: Map<string, StoredKey>;
}

/**
 * The organizations and API keys that an admin has made. They belong to the mock and not to its worlds: a reset leaves them
 * as they are.
 */
export class Organizations {
  readonly #bounds: MockBounds;
  readonly #byName = new Map<string, Entry>();
  readonly #byHash = new Map<string, StoredKey>();
  readonly #byId = new Map<string, StoredKey>();
  /** Called for each row that has changed, by whoever stores them; the one place where changes are reported. */
  onChange: (change: OrganizationChange) => void = () => undefined;
  /** True if an organization may have quotas of its own. */
  haveQuotas = false;
  /** Counts up with each change. */
  revision = 0;

  constructor(bounds: MockBounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#byName.size;
  }

  has(organization: string): boolean {
    return this.#byName.has(organization);
  }

  /** The key that a text is, revoked or not. */
  findKey(text: string): StoredKey | undefined {
    return this.#byHash.size === 0 ? undefined : this.#byHash.get(hashOfKey(text));
  }

  /** The quotas of an organization's own. */
  quotasOf(organization: string): Quotas | undefined {
    return this.#byName.get(organization)?.row.quotas;
  }

  /** The organizations by name. */
  list(): StoredOrganization[] {
    return [...this.#byName.values()].map(({ row }) => row).sort((a, b) => (a.organization < b.organization ? -1 : 1));
  }

  /** @throws Refusal if there is none */
  get(organization: string): StoredOrganization {
    return this.#entry(organization).row;
  }

  /** The keys of an organization, oldest first. */
  keysOf(organization: string): StoredKey[] {
    return [...this.#entry(organization).keys.values()];
  }

  /** @throws Refusal if there is one already, or no room */
  create(organization: string, quotas: Quotas = {}): StoredOrganization {
    if (this.has(organization)) throw new Refusal("organization_exists", { values: { organization } });
    if (this.size >= this.#bounds.maxOrganizations) throw boundReached("maxOrganizations", this.#bounds);
    return this.#write({ part: "organization", organization, createdAt: Date.now(), quotas });
  }

  /** @throws Refusal if there is none */
  setQuotas(organization: string, quotas: Quotas): StoredOrganization {
    return this.#write({ ...this.get(organization), quotas });
  }

  /** Removes an organization and its keys. @throws Refusal if there is none */
  remove(organization: string): void {
    for (const { id } of this.keysOf(organization)) this.#drop("key", id);
    this.#drop("organization", organization);
  }

  /**
   * Makes a key, and its organization if there is none.
   * @returns the key, which nobody can find out afterwards
   */
  createKey(organization: string, name: string | undefined): { readonly key: string; readonly row: StoredKey } {
    if (!this.has(organization)) this.create(organization);
    this.#makeRoomForKey(organization);
    const key = `sk_test_${randomText(32)}`;
    const row: StoredKey = {
      ...{ part: "key", id: `key_${randomText(12)}`, organization, hash: hashOfKey(key), createdAt: Date.now() },
      ...(name !== undefined && { name }),
    };
    return { key, row: this.#write(row) };
  }

  /** Rejects a key from now on. @throws Refusal if there is none */
  revokeKey(id: string): StoredKey {
    const row = this.#byId.get(id);
    if (!row) throw new Refusal("no_key", { values: { id } });
    return row.revokedAt === undefined ? this.#write({ ...row, revokedAt: Date.now() }) : row;
  }

  /** The row with a name or an id. */
  rowOf(part: OrganizationRow["part"], key: string): OrganizationRow | undefined {
    return part === "key" ? this.#byId.get(key) : this.#byName.get(key)?.row;
  }

  /** All rows, an organization before its keys. */
  *save(): Generator<OrganizationRow> {
    for (const { row, keys } of this.#byName.values()) {
      yield row;
      yield* keys.values();
    }
  }

  /** Puts a row in its place, or removes it: from a store, another replica or a snapshot. Nothing is reported. */
  restore({ part, key, row }: OrganizationChange): void {
    this.revision++;
    if (row) this.#place(row);
    else this.#displace(part, key);
  }

  /** Forgets all rows: they are put in their places again as a store has them. Nothing is reported. */
  forgetAll(): void {
    this.revision++;
    for (const rows of [this.#byName, this.#byHash, this.#byId]) rows.clear();
  }

  /** Puts other organizations in the place of all, and reports each change. */
  replaceAll(rows: Iterable<OrganizationRow>): void {
    for (const organization of [...this.#byName.keys()]) this.remove(organization);
    for (const row of rows) this.#write(row);
  }

  #entry(organization: string): Entry {
    const entry = this.#byName.get(organization);
    if (!entry) throw new Refusal("no_organization", { values: { organization } });
    return entry;
  }

  /** Forgets the key that was revoked first, if there are as many as there may be. */
  #makeRoomForKey(organization: string): void {
    const keys = this.keysOf(organization);
    if (keys.length < this.#bounds.maxKeys) return;
    const revoked = keys.find(({ revokedAt }) => revokedAt !== undefined);
    if (!revoked) throw boundReached("maxKeys", this.#bounds);
    this.#drop("key", revoked.id);
  }

  #write<Row extends OrganizationRow>(row: Row): Row {
    this.revision++;
    this.#place(row);
    this.onChange({ part: row.part, key: row.part === "key" ? row.id : row.organization, row });
    return row;
  }

  #drop(part: OrganizationRow["part"], key: string): void {
    this.revision++;
    this.#displace(part, key);
    this.onChange({ part, key, row: undefined });
  }

  #place(row: OrganizationRow): void {
    if (row.part === "organization") {
      this.haveQuotas ||= Object.keys(row.quotas).length > 0;
      const entry = this.#byName.get(row.organization);
      if (entry) entry.row = row;
      else this.#byName.set(row.organization, { row, keys: new Map() });
      return;
    }
    const entry = this.#byName.get(row.organization);
    // The key of an organization that was removed meanwhile.
    if (!entry) return;
    entry.keys.set(row.id, row);
    this.#byHash.set(row.hash, row);
    this.#byId.set(row.id, row);
  }

  #displace(part: OrganizationRow["part"], key: string): void {
    if (part === "organization") this.#byName.delete(key);
    const row = this.#byId.get(key);
    if (part === "organization" || !row) return;
    this.#byName.get(row.organization)?.keys.delete(key);
    this.#byHash.delete(row.hash);
    this.#byId.delete(key);
  }
}

const utf8 = new TextEncoder();

/** SHA-256 in hexadecimal digits. A key holds 160 random bits, so that no salt and no slow hash is needed. */
function hashOfKey(key: string): string {
  return Array.from(fastSha256.hash(utf8.encode(key)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Letters and digits that are not mistaken for each other (Crockford's base32). */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

function randomText(length: number): string {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => alphabet[byte % alphabet.length]).join("");
}
