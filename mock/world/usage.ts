import type { components } from "../control-plane/generated/types.ts";
import { toRfc3339 } from "./rfc3339.ts";
import type { WorldBytes } from "./stored-bytes.ts";

/** One billable use. */
export type UsageRecord = components["schemas"]["UsageRecord"];

/** Memory that one takes, roughly. */
const bytesOfRecord = 200;

/** The usage records of an organization, oldest first. */
export class Usage {
  #records: UsageRecord[] = [];
  /** Those at the start of the array that are forgotten; they are cut off in one go. */
  #forgotten = 0;
  readonly #max: number;
  readonly #stored: WorldBytes;

  constructor(max: number, stored: WorldBytes) {
    this.#max = max;
    this.#stored = stored;
  }

  /** @param at milliseconds since the epoch */
  add({ kind, widget, quantity }: Omit<UsageRecord, "at">, at: number): void {
    this.keep({ at: toRfc3339(at), kind, widget, quantity });
  }

  /** Keeps a record, and forgets the oldest one if there are too many. */
  keep(record: UsageRecord): void {
    this.#records.push(record);
    this.#stored.add(bytesOfRecord);
    const count = this.#records.length - this.#forgotten;
    if (count > this.#max || (this.#stored.isFull && count > 1)) this.#forgetOldest();
  }

  removeByWidget(widget: string): void {
    this.#replace(this.records().filter((record) => record.widget !== widget));
  }

  records(): readonly UsageRecord[] {
    return this.#records.slice(this.#forgotten);
  }

  #forgetOldest(): void {
    this.#forgotten++;
    this.#stored.add(-bytesOfRecord);
    if (this.#forgotten >= this.#max) this.#replace(this.records());
  }

  #replace(records: readonly UsageRecord[]): void {
    this.#stored.add(bytesOfRecord * (records.length - (this.#records.length - this.#forgotten)));
    this.#records = [...records];
    this.#forgotten = 0;
  }
}
