import type { components } from "../control-plane/generated/types.ts";
import type { Changes } from "../store/changes.ts";
import { toRfc3339 } from "./rfc3339.ts";
import type { WorldBytes } from "./stored-bytes.ts";

/** One billable use. */
export type UsageRecord = components["schemas"]["UsageRecord"];

/** Memory that one takes, roughly. */
const bytesOfRecord = 200;

/** The usage records of an organization, oldest first. */
export class Usage {
  #records: UsageRecord[] = [];
  /** The numbers of the records, growing, where somebody wants to know which of them were changed. */
  #numbers: number[] = [];
  #nextNumber = 0;
  /** Those at the start of the array that are forgotten; they are cut off in one go. */
  #forgotten = 0;
  readonly #max: number;
  readonly #stored: WorldBytes;
  readonly #changes: Changes | undefined;

  constructor(max: number, stored: WorldBytes, changes: Changes | undefined) {
    this.#max = max;
    this.#stored = stored;
    this.#changes = changes;
  }

  /** @param at milliseconds since the epoch */
  add({ kind, widget, quantity }: Omit<UsageRecord, "at">, at: number): void {
    this.keep({ at: toRfc3339(at), kind, widget, quantity });
  }

  /** Keeps a record, and forgets the oldest one if there are too many. */
  keep(record: UsageRecord): void {
    this.put(this.#nextNumber, record);
    const count = this.#records.length - this.#forgotten;
    if (count > this.#max || (this.#stored.isFull && count > 1)) this.#forgetOldest();
  }

  /** Keeps a record by its number, whatever the bound is. */
  put(number: number, record: UsageRecord): void {
    this.#nextNumber = Math.max(this.#nextNumber, number + 1);
    this.#records.push(record);
    this.#stored.add(bytesOfRecord);
    if (!this.#changes) return;
    this.#numbers.push(number);
    this.#changes.added("usage", String(number));
  }

  /** The record with a number. */
  get(number: number): UsageRecord | undefined {
    const place = this.#placeOf(number);
    return place === undefined ? undefined : this.#records[place];
  }

  /** Forgets the record with a number. */
  drop(number: number): void {
    const place = this.#placeOf(number);
    if (place !== undefined) this.#removeWhere((_, at) => at === place);
  }

  removeByWidget(widget: string): void {
    this.#removeWhere((record) => record.widget === widget);
  }

  records(): readonly UsageRecord[] {
    return this.#records.slice(this.#forgotten);
  }

  /** The numbers of the records, where somebody wants to know which of them were changed. */
  numbers(): readonly number[] {
    return this.#numbers.slice(this.#forgotten);
  }

  #placeOf(number: number): number | undefined {
    let [low, high] = [this.#forgotten, this.#numbers.length - 1];
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const found = this.#numbers[middle] as number;
      if (found === number) return middle;
      if (found < number) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }

  #forgetOldest(): void {
    if (this.#changes) this.#changes.removed("usage", String(this.#numbers[this.#forgotten]));
    this.#forgotten++;
    this.#stored.add(-bytesOfRecord);
    if (this.#forgotten >= this.#max) this.#removeWhere(() => false);
  }

  /** Removes records, and those that are forgotten. */
  #removeWhere(matches: (record: UsageRecord, place: number) => boolean): void {
    const records: UsageRecord[] = [];
    const numbers: number[] = [];
    const before = this.#records.length - this.#forgotten;
    for (let place = this.#forgotten; place < this.#records.length; place++) {
      const record = this.#records[place] as UsageRecord;
      const isKept = !matches(record, place);
      if (isKept) records.push(record);
      if (!this.#changes) continue;
      const number = this.#numbers[place] as number;
      if (isKept) numbers.push(number);
      else this.#changes.removed("usage", String(number));
    }
    this.#stored.add(bytesOfRecord * (records.length - before));
    this.#records = records;
    this.#numbers = numbers;
    this.#forgotten = 0;
  }
}
