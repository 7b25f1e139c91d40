/** What is counted for billing. */
export type UsageKind = "crawl" | "conversation" | "message";

/** One thing that was used. */
export interface UsageRecord {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly kind: UsageKind;
  readonly widget: string;
  /** Pages of a crawl; 1 for the others. */
  readonly quantity: number;
}

/** The usage records of an organization, oldest first. */
export class Usage {
  #records: UsageRecord[] = [];

  add(kind: UsageKind, widget: string, quantity: number, at: number): void {
    this.#records.push({ at, kind, widget, quantity });
  }

  removeByWidget(widget: string): void {
    this.#records = this.#records.filter((record) => record.widget !== widget);
  }

  records(): readonly UsageRecord[] {
    return this.#records;
  }

  load(records: readonly UsageRecord[]): void {
    this.#records = [...records];
  }
}
