import { authorization, createNumbered, deleteOne, getOne, listFrom, type Operation, patchOne } from "./operations.ts";
import { median } from "./statistics.ts";

/** The library's side of the mock, as much of it as is measured. */
export type Fetch = (request: Request) => Promise<Response>;

/** Microseconds by the operation's name. */
export type Costs = Readonly<Record<string, number>>;

interface Page {
  readonly data: readonly { readonly id: string }[];
  readonly next_cursor: string | null;
}

/** One organization's widgets in the mock, and what it costs to work with them, with no socket between. */
export class WorldUnderTest {
  readonly #fetch: Fetch;
  readonly #ids: string[] = [];
  readonly #cursors: (string | null)[] = [];
  readonly #authorization: string;
  #created = 0;

  constructor(fetch: Fetch, authorizedAs = authorization) {
    this.#fetch = fetch;
    this.#authorization = authorizedAs;
  }

  /** Creates widgets and remembers nothing of them, so that what they weigh is the mock's alone. */
  async fill(count: number): Promise<void> {
    for (let made = 0; made < count; made++) await this.#fetch(this.#request(this.#nextCreate()));
  }

  /** Learns the ids that there are, and the cursors to start a page from anywhere. */
  async walk(): Promise<void> {
    let cursor: string | null = null;
    do {
      const response = await this.#fetch(this.#request(listFrom(100, cursor)));
      const page = (await response.json()) as Page;
      for (const { id } of page.data) this.#ids.push(id);
      this.#cursors.push(cursor);
      cursor = page.next_cursor;
    } while (cursor !== null);
  }

  /**
   * The median of each operation on widgets from all over the world. The operations take turns, and each delete follows
   * a create, so that the world keeps its size.
   */
  async measure(samples: number): Promise<Costs> {
    const took = new Map<string, number[]>();
    for (let sample = 0; sample < samples; sample++) {
      await this.#timed(getOne(this.#ids[this.#anyIndex()] ?? ""), took);
      await this.#timed(listFrom(20, this.#cursors[sample % this.#cursors.length] ?? null), took);
      const created = await this.#timed(this.#nextCreate(), took);
      await this.#timed(patchOne(this.#ids[this.#anyIndex()] ?? "", sample), took);
      const index = this.#anyIndex();
      await this.#timed(deleteOne(this.#ids[index] ?? ""), took);
      this.#ids[index] = ((await created.json()) as { id: string }).id;
    }
    return Object.fromEntries([...took].map(([name, times]) => [name, median(times) * 1000]));
  }

  async #timed(operation: Operation, took: Map<string, number[]>): Promise<Response> {
    const request = this.#request(operation);
    const began = performance.now();
    const response = await this.#fetch(request);
    const ms = performance.now() - began;
    if (!response.ok) throw new Error(`${operation.method} ${operation.path}: ${await response.text()}`);
    const times = took.get(operation.name);
    if (times) times.push(ms);
    else took.set(operation.name, [ms]);
    return response;
  }

  #request({ method, path, body }: Operation): Request {
    const headers = {
      authorization: this.#authorization,
      ...(body !== undefined && { "content-type": "application/json" }),
    };
    return new Request(new URL(path, "http://127.0.0.1"), { method, headers, ...(body !== undefined && { body }) });
  }

  #nextCreate(): Operation {
    return createNumbered(this.#created++);
  }

  #anyIndex(): number {
    return Math.floor(Math.random() * this.#ids.length);
  }
}
