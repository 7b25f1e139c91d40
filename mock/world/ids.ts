import { Random, type RandomState } from "./random.ts";

/** The counters behind the ids of a world, as a snapshot has them. */
export interface IdsState {
  readonly seed: number;
  readonly requests: number;
  readonly widgets: number;
  readonly random: RandomState;
}

/** The ids of a world. The same seed and calls give the same ids. */
export class Ids {
  #seed: number;
  #requests = 0;
  #widgets = 0;
  readonly #random: Random;
  #requestPrefix: string | undefined;

  constructor(seed: number) {
    this.#seed = seed;
    this.#random = new Random(seed);
  }

  /** Part of everything that a client may send back, so that it works in this world only. */
  get seed(): number {
    return this.#seed;
  }

  /** Number of widgets created so far. */
  get widgets(): number {
    return this.#widgets;
  }

  nextRequestId(): string {
    this.#requests++;
    this.#requestPrefix ??= `req_${this.#seed.toString(16)}_`;
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
    return { seed: this.#seed, requests: this.#requests, widgets: this.#widgets, random: this.#random.save() };
  }

  load({ seed, requests, widgets, random }: IdsState): void {
    this.#seed = seed;
    this.#requestPrefix = undefined;
    this.#requests = requests;
    this.#widgets = widgets;
    this.#random.load(random);
  }
}
