import type { MockBounds } from "../bounds.ts";
import type { Changes } from "../store/changes.ts";
import { sortInSteps } from "../world/sort-in-steps.ts";
import { BodyReader } from "./compare-request.ts";
import { keptBytesOf } from "./kept-body.ts";
import {
  type KeptHeaders,
  type RecordOwner,
  type RequestRecord,
  type SavedRequest,
  savedRequestOf,
} from "./request-record.ts";

/** Memory of a record, and of each text of its headers, without their characters, in bytes. */
const recordBytes = 700;
const textBytes = 32;
const noHeaders: KeptHeaders = { raw: [], size: 0, origin: "" };

/** All journals of a mock: they have one bound in bytes, at which the oldest request of all is forgotten. */
export class Journals {
  /** Reads the bodies of requests as they come. */
  readonly bodies: BodyReader;
  readonly #maxBytes: number;
  #listeners = new Set<(record: RequestRecord) => void>();
  #bytes = 0;
  #oldest: RequestRecord | undefined;
  #newest: RequestRecord | undefined;
  #headers = noHeaders;
  #changes = 0;

  constructor({ journalBytes, journalBodyBytes }: Pick<MockBounds, "journalBytes" | "journalBodyBytes">) {
    this.#maxBytes = journalBytes;
    this.bodies = new BodyReader(journalBodyBytes);
  }

  /** The memory of all requests, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Grows with each change: as long as it is the same, so is what there is to read. */
  get changes(): number {
    return this.#changes;
  }

  /** The newest record, where the way to all others begins. */
  get newest(): RequestRecord | undefined {
    return this.#newest;
  }

  /**
   * Calls back for each request that is recorded from now on.
   * @returns a function that ends the subscription
   */
  subscribe(listener: (record: RequestRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Calls those back that listened to other journals, which these take the place of. */
  takeListeners(before: Journals): void {
    this.#listeners = before.#listeners;
    this.#changes = before.#changes + 1;
  }

  /** Shares the headers of the request before, if they are equal: most clients send the same ones each time. */
  keepHeaders(raw: readonly string[], origin: string): KeptHeaders {
    const last = this.#headers;
    if (last.origin === origin && areEqual(last.raw, raw)) return last;
    this.#headers = keptHeaders(raw, origin);
    return this.#headers;
  }

  /** Calls back those who listen. */
  report(record: RequestRecord): void {
    for (const listener of this.#listeners) listener(record);
  }

  /** Adds a request as the newest. */
  insert(record: RequestRecord): void {
    this.#changes++;
    record.older = this.#newest;
    if (this.#newest) this.#newest.newer = record;
    else this.#oldest = record;
    this.#newest = record;
    this.#bytes += record.bytes;
    while (this.#bytes > this.#maxBytes && this.#oldest) this.#oldest.journal.forgetOldest();
  }

  remove(record: RequestRecord): void {
    this.#changes++;
    const { older, newer, bytes } = record;
    if (older) older.newer = newer;
    else this.#oldest = newer;
    if (newer) newer.older = older;
    else this.#newest = older;
    // A forgotten record that is not collected yet would keep all that came after it: the collector moved them all.
    record.older = undefined;
    record.newer = undefined;
    this.#bytes -= bytes;
  }

  /** Sorts by time, in steps, for the requests of several worlds that come from a snapshot one world after the other. */
  *sort(): Generator<void> {
    const records: RequestRecord[] = [];
    for (let record = this.#oldest; record; record = record.newer) records.push(record);
    const sorted = yield* sortInSteps(records, (a, b) => a.at <= b.at);
    for (const [index, record] of sorted.entries()) {
      record.older = sorted[index - 1];
      record.newer = sorted[index + 1];
    }
    this.#oldest = sorted[0];
    this.#newest = sorted.at(-1);
  }
}

/** Whose requests a journal has. */
interface JournalSettings {
  readonly organization?: string;
  readonly name?: string;
  readonly changes?: Changes | undefined;
}

/** The requests of one organization, or those of none; a bounded number, of which the oldest is forgotten. */
export class Journal implements RecordOwner {
  /** The organization; undefined if the requests have none. */
  readonly organization: string | undefined;
  /** Its name, without its key. */
  readonly name: string | undefined;
  #journals: Journals;
  readonly #changes: Changes | undefined;
  readonly #capacity: number;
  /** A ring. */
  #records: (RequestRecord | undefined)[] = [];
  #first = 0;
  #next = 0;

  constructor(journals: Journals, capacity: number, { organization, name, changes }: JournalSettings = {}) {
    this.#journals = journals;
    this.#capacity = capacity;
    this.organization = organization;
    this.name = name;
    this.#changes = changes;
  }

  /** Number of requests that are remembered. */
  get size(): number {
    return this.#next - this.#first;
  }

  /** Number of requests that are no longer remembered. */
  get forgotten(): number {
    return this.#first;
  }

  /** Number of requests that were ever added, and not taken back. */
  get total(): number {
    return this.#next;
  }

  /** Adds a request, and reports it. */
  add(record: RequestRecord): void {
    this.put(record);
    this.#changes?.noted("request", record.requestId, { part: "request", ...savedRequestOf(record) });
    this.#journals.report(record);
  }

  /** Adds a request that is no news. */
  put(record: RequestRecord): void {
    if (this.#next - this.#first === this.#capacity) this.forgetOldest();
    record.bytes = bytesOf(record);
    this.#records[this.#next % this.#capacity] = record;
    this.#next++;
    this.#journals.insert(record);
  }

  /** Takes back those that were added after the first so many, and gives them, oldest first. */
  takeBack(total: number): RequestRecord[] {
    const taken: RequestRecord[] = [];
    while (this.#next > Math.max(total, this.#first)) {
      this.#next--;
      const place = this.#next % this.#capacity;
      const record = this.#records[place];
      this.#records[place] = undefined;
      if (!record) continue;
      this.#journals.remove(record);
      taken.push(record);
    }
    return taken.reverse();
  }

  forgetOldest(): void {
    const place = this.#first % this.#capacity;
    const record = this.#records[place];
    if (!record) return;
    this.#records[place] = undefined;
    this.#first++;
    this.#journals.remove(record);
  }

  /** The newest record that is remembered, or one of those before it. */
  fromNewest(place: number): RequestRecord | undefined {
    const index = this.#next - 1 - place;
    return index < this.#first ? undefined : this.#records[index % this.#capacity];
  }

  /** The record of a request that is remembered. */
  find(requestId: string): RequestRecord | undefined {
    for (let place = 0; place < this.size; place++) {
      const record = this.fromNewest(place);
      if (record?.requestId === requestId) return record;
    }
    return undefined;
  }

  clear(): void {
    while (this.#first < this.#next) this.forgetOldest();
    this.#records = [];
    this.#first = 0;
    this.#next = 0;
  }

  /** The records, oldest first. */
  records(): RequestRecord[] {
    const records: RequestRecord[] = [];
    for (let place = this.#next - this.#first - 1; place >= 0; place--) {
      const record = this.fromNewest(place);
      if (record) records.push(record);
    }
    return records;
  }

  /** Adds a request that was saved without what was said. */
  restore(request: SavedRequest): void {
    this.add(this.recordOf(request));
  }

  /** The record of a request that was saved, to be put here. */
  recordOf(request: SavedRequest): RequestRecord {
    return { ...savedRequestOf(request), journal: this, bytes: 0, older: undefined, newer: undefined };
  }

  /** Belongs to other journals from now on, where its requests are the newest. */
  moveTo(journals: Journals): void {
    const records = this.records();
    for (const record of records) this.#journals.remove(record);
    this.#journals = journals;
    for (const record of records) journals.insert(record);
  }
}

function bytesOf({ path, widget = "", search = "", requestHeaders, requestBody, responseBody }: RequestRecord): number {
  const { raw, size } = requestHeaders ?? noHeaders;
  const headers = textBytes * raw.length + Math.min(size, maxHeaderBytes);
  const texts = path.length + widget.length + search.length;
  return recordBytes + texts + headers + keptBytesOf(requestBody) + keptBytesOf(responseBody);
}

/** More bytes of headers are not kept; a socket takes no more than these. */
const maxHeaderBytes = 16 * 1024;

function keptHeaders(raw: readonly string[], origin: string): KeptHeaders {
  let size = 0;
  let fitting = 0;
  for (let index = 0; index < raw.length; index += 2) {
    size += (raw[index]?.length ?? 0) + (raw[index + 1]?.length ?? 0);
    if (size <= maxHeaderBytes) fitting = index + 2;
  }
  return { raw: fitting === raw.length ? raw : raw.slice(0, fitting), size, origin };
}

function areEqual(some: readonly string[], others: readonly string[]): boolean {
  if (some.length !== others.length) return false;
  for (let index = 0; index < some.length; index++) if (some[index] !== others[index]) return false;
  return true;
}
