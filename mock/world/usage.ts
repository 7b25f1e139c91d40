import type { components } from "../control-plane/generated/types.ts";
import type { Changes } from "../store/changes.ts";
import { toRfc3339 } from "./rfc3339.ts";
import type { WorldBytes } from "./stored-bytes.ts";

/** One billable use. */
export type UsageRecord = components["schemas"]["UsageRecord"];

/** Memory that one takes, roughly. */
const bytesOfRecord = 200;

/** The usage records of an organization, oldest first. To add or to forget one takes no longer among many. */
export class Usage {
  /** By their numbers, which only grow. */
  readonly #records = new Map<number, UsageRecord>();
  #nextNumber = 0;
  /** No record has a smaller number. A Map takes longer to find its first key, the more were deleted before it. */
  #oldest = 0;
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
    const { size } = this.#records;
    if (size > this.#max || (this.#stored.isFull && size > 1)) this.#forgetOldest();
  }

  /** Keeps a record by its number, whatever the bound is. */
  put(number: number, record: UsageRecord): void {
    this.#oldest = this.#records.size === 0 ? number : Math.min(this.#oldest, number);
    this.#nextNumber = Math.max(this.#nextNumber, number + 1);
    if (!this.#records.has(number)) this.#stored.add(bytesOfRecord);
    this.#records.set(number, record);
    this.#changes?.added("usage", String(number));
  }

  /** The record with a number. */
  get(number: number): UsageRecord | undefined {
    return this.#records.get(number);
  }

  /** Forgets the record with a number. */
  drop(number: number): void {
    if (!this.#records.delete(number)) return;
    if (number === this.#oldest) this.#oldest++;
    this.#stored.add(-bytesOfRecord);
    this.#changes?.removed("usage", String(number));
  }

  removeByWidget(widget: string): void {
    for (const [number, record] of this.#records) if (record.widget === widget) this.drop(number);
  }

  records(): readonly UsageRecord[] {
    return [...this.#records.values()];
  }

  /** The numbers of the records, in their order. */
  numbers(): readonly number[] {
    return [...this.#records.keys()];
  }

  #forgetOldest(): void {
    while (!this.#records.has(this.#oldest)) this.#oldest++;
    this.drop(this.#oldest);
  }
}
