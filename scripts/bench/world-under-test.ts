import { setImmediate as nextTask } from "node:timers/promises";
import type { Mock } from "../../mock/index.ts";
import { type LoopDelay, loopDelayOf } from "./loop-delay.ts";
import {
  authorization,
  type BenchOperation,
  createNumbered,
  deleteOne,
  getOne,
  listFrom,
  patchOne,
} from "./operations.ts";
import { median } from "./statistics.ts";

type Fetch = (request: Request) => Promise<Response>;

/** Microseconds that a call takes, and that a function takes which only reads the request and makes the same response. */
export interface Cost {
  readonly mock: number;
  readonly bare: number;
}

/** Costs by the operation's name. */
export type Costs = Readonly<Record<string, Cost>>;

const origin = "http://127.0.0.1";
const utf8 = new TextEncoder();

interface Page {
  readonly data: readonly { readonly id: string }[];
  readonly next_cursor: string | null;
}

/** One organization's widgets in the mock, and what it costs to work with them, with no socket between. */
export class WorldUnderTest {
  readonly #mock: Pick<Mock, "fetch" | "core">;
  readonly #authorization: string;
  #ids: string[] = [];
  #created = 0;
  /** Where the next list begins: the lists go on and on through the world, so that none meets an emptied page. */
  #cursor: string | null = null;

  constructor(mock: Pick<Mock, "fetch" | "core">, authorizedAs = authorization) {
    this.#mock = mock;
    this.#authorization = authorizedAs;
  }

  async fill(count: number): Promise<void> {
    for (let made = 0; made < count; made++) {
      await this.#answer(this.#nextCreate());
      // The mock's timers and the collection of what it is done with wait for a task of their own.
      if (made % 100 === 0) await nextTask();
    }
  }

  /** Reads every widget once and remembers nothing of it, so that what the world weighs then is the mock's alone. */
  async read(): Promise<void> {
    for await (const _ of this.#pages());
  }

  /** Learns the ids that there are. */
  async learn(): Promise<void> {
    this.#ids = [];
    for await (const { data } of this.#pages()) for (const { id } of data) this.#ids.push(id);
  }

  /**
   * The median of each operation on widgets from all over the world. The operations take turns, and each delete follows
   * a create, so that the world keeps its size.
   */
  async measure(samples: number): Promise<Costs> {
    const took = new Map<string, Cost[]>();
    for (let sample = 0; sample < samples; sample++) {
      await this.#timed(getOne(this.#ids[this.#anyIndex()] ?? ""), took);
      this.#cursor = ((await this.#timed(listFrom(20, this.#cursor), took)) as Page).next_cursor;
      const { id } = (await this.#timed(this.#nextCreate(), took)) as { id: string };
      await this.#timed(patchOne(this.#ids[this.#anyIndex()] ?? "", sample), took);
      const index = this.#anyIndex();
      await this.#timed(deleteOne(this.#ids[index] ?? ""), took);
      this.#ids[index] = id;
      await nextTask();
    }
    return Object.fromEntries([...took].map(([name, costs]) => [name, medianCost(costs)]));
  }

  /** The delay of the event loop while creates go on, for some seconds. */
  delayOfCreates(seconds: number): Promise<LoopDelay> {
    return loopDelayOf(() => this.#answer(this.#nextCreate()), seconds);
  }

  async *#pages(): AsyncGenerator<Page> {
    let cursor: string | null = null;
    do {
      const page = (await this.#answer(listFrom(100, cursor))) as Page;
      yield page;
      cursor = page.next_cursor;
      await nextTask();
    } while (cursor !== null);
  }

  /** Carries out what is not timed, without the objects of Fetch: they take several times as long as the mock. */
  async #answer({ method, path, body }: BenchOperation): Promise<unknown> {
    const headers: Record<string, string> = { authorization: this.#authorization };
    if (body !== undefined) headers["content-type"] = "application/json";
    const { pathname, search } = new URL(path, origin);
    const answer = await this.#mock.core.answer({
      ...{ method, origin, path: pathname, search },
      header: (name) => headers[name],
      rawHeaders: Object.entries(headers).flat(),
      body: utf8.encode(body),
    });
    const text = typeof answer.body === "string" ? answer.body : new TextDecoder().decode(answer.body as Uint8Array);
    if (answer.status >= 300) throw new Error(`${method} ${path} was answered with: ${text}`);
    return JSON.parse(text);
  }

  /** Only the mock's own work is timed: neither the making of the request, nor the reading of the answer. */
  async #timed(operation: BenchOperation, took: Map<string, Cost[]>): Promise<unknown> {
    const [response, mock] = await timed(this.#mock.fetch, this.#request(operation));
    const text = await response.text();
    if (!response.ok) throw new Error(`${operation.method} ${operation.path} was answered with: ${text}`);
    const init = { status: response.status, headers: Object.fromEntries(response.headers) };
    const [, bare] = await timed(bareFetch(text || null, init), this.#request(operation));
    took.set(operation.name, took.get(operation.name) ?? []);
    took.get(operation.name)?.push({ mock, bare });
    return text === "" ? undefined : JSON.parse(text);
  }

  #request({ method, path, body }: BenchOperation): Request {
    const headers = { authorization: this.#authorization, "content-type": "application/json" };
    return new Request(new URL(path, origin), { method, headers, ...(body !== undefined && { body }) });
  }

  #nextCreate(): BenchOperation {
    return createNumbered(this.#created++);
  }

  #anyIndex(): number {
    return Math.floor(Math.random() * this.#ids.length);
  }
}

/** A function that reads the body and parses it when there is one, as the bare server does. */
function bareFetch(text: string | null, init: ResponseInit): Fetch {
  return async (request) => {
    if (request.body) JSON.parse(await request.text());
    return new Response(text, init);
  };
}

async function timed(fetch: Fetch, request: Request): Promise<[response: Response, microseconds: number]> {
  const began = performance.now();
  const response = await fetch(request);
  return [response, 1000 * (performance.now() - began)];
}

function medianCost(costs: readonly Cost[]): Cost {
  return { mock: median(costs.map(({ mock }) => mock)), bare: median(costs.map(({ bare }) => bare)) };
}
