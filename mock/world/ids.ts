import { shortNameOf } from "./digest.ts";
import { Random } from "./random.ts";

/** The counters behind the ids of a world, as a snapshot has them. */
export interface IdsState {
  readonly name: string;
  readonly requests: number;
  readonly widgets: number;
}

/** The ids of a world. The same seed and calls give the same ids. */
export class Ids {
  #name: string;
  readonly #requestPrefix: string;
  #requests = 0;
  #widgets = 0;
  readonly #random: Random;

  constructor(seed: string) {
    this.#name = shortNameOf(`name ${seed}`);
    this.#requestPrefix = `req_${shortNameOf(`requests ${seed}`)}_`;
    this.#random = new Random(`ids ${seed}`);
  }

  /** Part of everything that a client may send back, so that it works in this world only. */
  get name(): string {
    return this.#name;
  }

  /** Number of widgets created so far. */
  get widgets(): number {
    return this.#widgets;
  }

  nextRequestId(): string {
    this.#requests++;
    // Joined, and not added to: such a text would keep its pieces in memory, and widgets remember it.
    return [this.#requestPrefix, this.#requests].join("");
  }

  /** The id of a new widget, and its place in the order of creation. */
  nextWidgetId(isTaken: (id: string) => boolean): { readonly id: string; readonly order: number } {
    this.#widgets++;
    let id = this.#random.token("wgt_", 18);
    while (isTaken(id)) id = this.#random.token("wgt_", 18);
    return { id, order: this.#widgets };
  }

  nextConversationId(): string {
    return this.#random.token("cnv_", 18);
  }

  nextVisitorToken(): string {
    return this.#random.token("cvt_", 24);
  }

  save(): IdsState {
    return { name: this.#name, requests: this.#requests, widgets: this.#widgets };
  }

  /** Goes on counting. New ids are those of the new seed: the old ones were given to others since the state was saved. */
  load({ name, requests, widgets }: IdsState): void {
    this.#name = name;
    this.#requests = requests;
    this.#widgets = widgets;
  }
}
