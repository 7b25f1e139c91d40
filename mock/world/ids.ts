import { Random, type RandomState } from "./random.ts";

/** Where the names of a world have come to. */
export interface IdsState {
  readonly seed: number;
  readonly requests: number;
  readonly widgets: number;
  readonly random: RandomState;
}

/** What names the things of a world: equal seeds and calls give equal names. */
export class Ids {
  #seed: number;
  #requests = 0;
  #widgets = 0;
  readonly #random: Random;

  constructor(seed: number) {
    this.#seed = seed;
    this.#random = new Random(seed);
  }

  /** A number that goes with everything of this world that a client may hand back. */
  get mark(): number {
    return this.#seed;
  }

  /** How many widgets were ever made. */
  get widgets(): number {
    return this.#widgets;
  }

  nextRequestId(): string {
    this.#requests++;
    return `req_${this.#seed.toString(16)}_${this.#requests}`;
  }

  /** A new widget's id and its place in the order of creation. */
  nextWidgetId(isTaken: (id: string) => boolean): { readonly id: string; readonly order: number } {
    this.#widgets++;
    let id = `wgt_${this.#random.token(18)}`;
    while (isTaken(id)) id = `wgt_${this.#random.token(18)}`;
    return { id, order: this.#widgets };
  }

  nextConversationId(): string {
    return `cnv_${this.#random.token(18)}`;
  }

  nextVisitorToken(): string {
    return `cvt_${this.#random.token(24)}`;
  }

  save(): IdsState {
    return { seed: this.#seed, requests: this.#requests, widgets: this.#widgets, random: this.#random.save() };
  }

  load({ seed, requests, widgets, random }: IdsState): void {
    this.#seed = seed;
    this.#requests = requests;
    this.#widgets = widgets;
    this.#random.load(random);
  }
}
