import type { Changes } from "../../store/changes.ts";
import { defaultSecret, type Endpoint, type EndpointOptions } from "./endpoint.ts";

/** The webhook endpoints of a world, by their ids. */
export class Endpoints {
  readonly #byId = new Map<string, Endpoint>();
  readonly #changes: Changes | undefined;
  /** Number of ids given so far, for a snapshot. */
  idsGiven = 0;

  constructor(changes: Changes | undefined) {
    this.#changes = changes;
  }

  get size(): number {
    return this.#byId.size;
  }

  get(id: string): Readonly<Endpoint> | undefined {
    return this.#byId.get(id);
  }

  ids(): Iterable<string> {
    return this.#byId.keys();
  }

  values(): Iterable<Readonly<Endpoint>> {
    return this.#byId.values();
  }

  /** Adds an endpoint that has passed `checkEndpoint`. */
  add({ id, url, secret = defaultSecret, faults = {} }: EndpointOptions & { readonly id?: string }): Endpoint {
    const endpoint = { id: id ?? this.#nextId(), url, secret, enabled: true, faults };
    this.put(endpoint);
    return endpoint;
  }

  /** Puts an endpoint in the place of the one with its id, or behind all others. */
  put(endpoint: Endpoint): void {
    this.#byId.set(endpoint.id, endpoint);
    this.#changes?.changed("endpoint", endpoint.id);
  }

  /** Changes members of an endpoint, if there is one with this id. */
  change(id: string, members: Partial<Pick<Endpoint, "enabled" | "faults">>): void {
    const endpoint = this.#byId.get(id);
    if (endpoint) this.put(Object.assign(endpoint, members));
  }

  /** Forgets an endpoint. Its deliveries stay as they are. */
  drop(id: string): void {
    this.#byId.delete(id);
    this.#changes?.removed("endpoint", id);
  }

  #nextId(): string {
    this.#changes?.changedHead("world");
    do this.idsGiven++;
    while (this.#byId.has(`whe_${this.idsGiven}`));
    return `whe_${this.idsGiven}`;
  }
}
