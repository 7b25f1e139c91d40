import type { Changes } from "../store/changes.ts";
import { shortNameOf } from "./digest.ts";
import { Random, type RandomState } from "./random.ts";

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
  readonly #changes: Changes | undefined;

  /** @param run number of processes that gave ids of the same seed before */
  constructor(seed: string, { changes, run = 0 }: { readonly changes?: Changes | undefined; readonly run?: number }) {
    this.#name = shortNameOf(`name ${seed}`);
    this.#requestPrefix = `req_${shortNameOf(`requests ${seed}${runName(run)}`)}_`;
    this.#random = new Random(`ids ${seed}`);
    this.#changes = changes;
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
    this.#changes?.counted();
    // Joined, and not added to: such a text would keep its pieces in memory, and widgets remember it.
    return [this.#requestPrefix, this.#requests].join("");
  }

  /** The id of a new widget, and its place in the order of creation. */
  nextWidgetId(isTaken: (id: string) => boolean): { readonly id: string; readonly order: number } {
    this.#widgets++;
    this.#changes?.changedHead("world");
    let id = this.#random.token("wgt_", 18);
    while (isTaken(id)) id = this.#random.token("wgt_", 18);
    return { id, order: this.#widgets };
  }

  nextConversationId(): string {
    this.#changes?.changedHead("world");
    return this.#random.token("cnv_", 18);
  }

  nextVisitorToken(): string {
    this.#changes?.changedHead("world");
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

  /** The state of the generator of ids, which a store has and a snapshot does not. */
  saveRandom(): RandomState {
    return this.#random.save();
  }

  loadRandom(state: RandomState): void {
    this.#random.load(state);
  }
}

/** Distinguishes the request ids of processes; those of the first one are the same as without a store. */
export function runName(run: number): string {
  return run === 0 ? "" : ` run ${run}`;
}
