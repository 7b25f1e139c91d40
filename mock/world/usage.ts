import type { components } from "../control-plane/generated/types.ts";
import { toRfc3339 } from "./rfc3339.ts";

/** One billable use. */
export type UsageRecord = components["schemas"]["UsageRecord"];

/** The usage records of an organization, oldest first. */
export class Usage {
  #records: UsageRecord[] = [];

  /** @param at milliseconds since the epoch */
  add({ kind, widget, quantity }: Omit<UsageRecord, "at">, at: number): void {
    this.#records.push({ at: toRfc3339(at), kind, widget, quantity });
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
