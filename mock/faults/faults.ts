import type { components } from "../control-plane/generated/types.ts";
import type { Changes } from "../store/changes.ts";
import { splitSubKey, subKey } from "../store/sub-key.ts";
import { Random, type RandomState } from "../world/random.ts";
import { StaleReads } from "./stale-reads.ts";

/** A fault to inject. */
export type FaultOptions = components["schemas"]["FaultOptions"];
/** An injected fault, and how often it was applied. */
export type InjectedFault = components["schemas"]["Fault"];

interface Window {
  readonly endsAt: number;
  readonly used: number;
}

/** A fault as it is stored. */
export interface StoredFault extends InjectedFault {
  hits: number;
  /** Windows of the rate limit, by organization. */
  windows: (readonly [organization: string, window: Window])[];
}

/** A fault while the mock runs. */
interface ActiveFault extends Omit<StoredFault, "windows"> {
  /** By organization, the one that sent the latest request last. */
  readonly windows: Map<string, Window>;
}

/** The windows of so many organizations are kept; those of the ones that have been silent for longest are forgotten. */
const maxWindows = 10_000;

/** What new faults are numbered and drawn from, as a snapshot has it. */
export interface FaultsState {
  readonly count: number;
  readonly random: RandomState;
}

/** The effect of a fault on one request. */
export interface FaultEffect {
  /** Ids of the faults. */
  readonly faults: readonly string[];
  readonly delayMs: number;
  readonly status: number | undefined;
  readonly connection: FaultOptions["connection"];
  /** True if the operation is performed all the same; undefined if the fault leaves it open. */
  readonly carriedOut: boolean | undefined;
  /** "failed" if the crawl that the operation starts is to fail. */
  readonly crawl: FaultOptions["crawl"];
  /** How long reads lag behind the change that the operation makes; undefined if they do not. */
  readonly staleSeconds: number | undefined;
  /** Seconds until a rate limit allows requests again; undefined if it allows this one. */
  readonly retryAfterSeconds: number | undefined;
  /** Headers for the response: of a rate limit, or `Retry-After`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The injected faults of a world, or of all worlds, in the order in which they were added. */
export class Faults {
  readonly #random: Random;
  #faults: ActiveFault[] = [];
  #count = 0;
  readonly #prefix: string;
  /** What reads that lag behind still show. It is gone in seconds, so a snapshot does without. */
  readonly staleReads = new StaleReads();
  readonly #changes: Changes | undefined;
  readonly #head: "world" | "mock";

  /** @param isOfAll true for those that apply to every world */
  constructor(
    seed: string,
    { isOfAll, changes }: { readonly isOfAll: boolean; readonly changes: Changes | undefined },
  ) {
    this.#random = new Random(`faults ${seed}`);
    this.#prefix = isOfAll ? "flt_all_" : "flt_";
    this.#changes = changes;
    this.#head = isOfAll ? "mock" : "world";
  }

  /** Number of faults. */
  get size(): number {
    return this.#faults.length;
  }

  get isEmpty(): boolean {
    return this.#faults.length === 0;
  }

  add(options: FaultOptions): InjectedFault {
    this.#count++;
    const fault = { id: `${this.#prefix}${this.#count}`, ...options, hits: 0, windows: new Map<string, Window>() };
    this.#faults.push(fault);
    this.#changes?.changedHead(this.#head);
    this.#changes?.added("fault", fault.id);
    return withoutWindows(fault);
  }

  /** The fault with an id. */
  find(id: string): InjectedFault | undefined {
    const fault = this.#faults.find((one) => one.id === id);
    return fault && withoutWindows(fault);
  }

  /** The window of a rate limit, by the id of its fault and the organization. */
  findWindow(key: string): Window | undefined {
    const [id, organization] = splitSubKey(key);
    return this.#faults.find((one) => one.id === id)?.windows.get(organization);
  }

  /** Puts a fault as it was stored, in the place of the one with its id or behind all others. */
  put(stored: InjectedFault): void {
    const known = this.#faults.findIndex(({ id }) => id === stored.id);
    const windows = this.#faults[known]?.windows ?? new Map<string, Window>();
    this.#faults[known === -1 ? this.#faults.length : known] = { ...stored, windows };
  }

  /** Puts the window of a rate limit as it was stored, or removes it. */
  putWindow(key: string, window: Window | undefined): void {
    const [id, organization] = splitSubKey(key);
    const windows = this.#faults.find((one) => one.id === id)?.windows;
    if (window) windows?.set(organization, window);
    else windows?.delete(organization);
  }

  list(): InjectedFault[] {
    return this.#faults.map(withoutWindows);
  }

  /** @returns the fault, or undefined if there is none with this id */
  remove(id: string): InjectedFault | undefined {
    const fault = this.#faults.find((one) => one.id === id);
    this.#faults = this.#faults.filter((one) => one !== fault);
    if (fault) this.#noteRemoval(fault);
    return fault && withoutWindows(fault);
  }

  clear(): void {
    for (const fault of this.#faults) this.#noteRemoval(fault);
    this.#faults = [];
  }

  #noteRemoval({ id, windows }: ActiveFault): void {
    this.#changes?.removed("fault", id);
    for (const organization of windows.keys()) this.#changes?.removed("window", subKey(id, organization));
  }

  /** Resets the rate limits of an organization. */
  resetRateLimits(organization: string): void {
    for (const fault of this.#faults) if (fault.windows.has(organization)) this.#forgetWindow(fault, organization);
  }

  /** The effects on a request, in the order of the faults. */
  effectsOn(call: { readonly operation: string; readonly organization: string; readonly now: number }): FaultEffect[] {
    if (this.#faults.length === 0) return [];
    return this.#faults
      .filter((fault) => this.#appliesTo(fault, call.operation))
      .map((fault) => {
        fault.hits++;
        this.#changes?.changed("fault", fault.id);
        return {
          ...this.#effectOf(fault),
          ...(fault.rateLimit ? this.#applyRateLimit(fault, fault.rateLimit, call) : {}),
        };
      });
  }

  save(): FaultsState {
    return { count: this.#count, random: this.#random.save() };
  }

  load({ count, random }: FaultsState): void {
    this.#count = count;
    this.#random.load(random);
  }

  /** The faults as they are now. */
  capture(): StoredFault[] {
    return this.#faults.map((fault) => ({ ...fault, windows: [...fault.windows] }));
  }

  /** Adds a fault that was saved. */
  restore(fault: StoredFault): void {
    this.#faults.push({ ...fault, windows: new Map(fault.windows) });
  }

  #appliesTo({ operation, calls, share, hits }: ActiveFault, called: string): boolean {
    if (operation !== undefined && operation !== called) return false;
    if (calls !== undefined && hits >= calls) return false;
    if (share === undefined) return true;
    this.#changes?.changedHead(this.#head);
    return this.#random.integer(1, 1_000_000) <= share * 1_000_000;
  }

  #effectOf(fault: ActiveFault): FaultEffect {
    const { id, latencyMs = 0, status, connection, carriedOut, crawl, staleSeconds, retryAfterSeconds: wait } = fault;
    if (typeof latencyMs === "object") this.#changes?.changedHead(this.#head);
    const delayMs = typeof latencyMs === "number" ? latencyMs : this.#random.integer(latencyMs.min, latencyMs.max);
    const headers: FaultEffect["headers"] = wait === undefined ? {} : { "Retry-After": String(wait) };
    const effect = { delayMs, status, connection, carriedOut, crawl, staleSeconds, headers };
    return { faults: [id], retryAfterSeconds: undefined, ...effect };
  }

  /** Counts a request in its window. A window begins with the first request after the previous one has ended. */
  #applyRateLimit(
    fault: ActiveFault,
    { limit, windowSeconds }: NonNullable<FaultOptions["rateLimit"]>,
    { organization, now }: { readonly organization: string; readonly now: number },
  ): Pick<FaultEffect, "retryAfterSeconds" | "headers"> {
    const { id, windows } = fault;
    const last = windows.get(organization);
    const open = last && last.endsAt > now ? last : { endsAt: now + windowSeconds * 1000, used: 0 };
    const window = { ...open, used: open.used + 1 };
    windows.delete(organization);
    windows.set(organization, window);
    this.#changes?.removed("window", subKey(id, organization));
    this.#changes?.added("window", subKey(id, organization));
    const [silent] = windows.size > maxWindows ? windows.keys() : [];
    if (silent !== undefined) this.#forgetWindow(fault, silent);
    const seconds = Math.ceil((window.endsAt - now) / 1000);
    return {
      retryAfterSeconds: window.used > limit ? seconds : undefined,
      // The fields of draft-ietf-httpapi-ratelimit-headers: what is left, and until when.
      headers: {
        "RateLimit-Policy": `"${id}";q=${limit};w=${windowSeconds}`,
        RateLimit: `"${id}";r=${Math.max(0, limit - window.used)};t=${seconds}`,
      },
    };
  }

  #forgetWindow({ id, windows }: ActiveFault, organization: string): void {
    windows.delete(organization);
    this.#changes?.removed("window", subKey(id, organization));
  }
}

function withoutWindows({ windows, ...fault }: ActiveFault): InjectedFault {
  return fault;
}
