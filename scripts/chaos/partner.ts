import { setTimeout as sleep } from "node:timers/promises";

/** A client gives up on an answer after so long. */
const timeoutMs = 60_000;
/** Before what has failed is sent again. */
const retryMs = 20;

/** How requests of partners went. */
export interface Figures {
  requests: number;
  /** Requests that were cut off, or answered with a 5xx. */
  failures: number;
  /** The most failures of one request before it was answered. */
  mostInARow: number;
  /** The longest time that one request failed, from its first failure to its answer, in milliseconds. */
  longestOutageMs: number;
  /** The longest time until a request was answered, failures included, in milliseconds. */
  longestWaitMs: number;
}

export function noFigures(): Figures {
  return { requests: 0, failures: 0, mostInARow: 0, longestOutageMs: 0, longestWaitMs: 0 };
}

interface Answer {
  readonly status: number;
  readonly json: { readonly id: string; readonly name: string; readonly status: string };
  /** True if a try before had no answer, so that it may have been carried out. */
  readonly isRepeated: boolean;
}

/**
 * A partner who creates, changes and deletes widgets, reads each at once, and repeats what has failed: by
 * `Idempotency-Key`, so that nothing is created twice. What it was told is the truth that the sandbox has to keep.
 */
export class Partner {
  readonly key: string;
  /** The widgets that there have to be, by id, with their names. */
  readonly kept = new Map<string, string>();
  /** Those that it has begun to delete. */
  readonly deleted = new Set<string>();
  /** What was not as it had been told. */
  readonly breaches: string[] = [];
  readonly #url: string;
  readonly #figures: Figures;

  constructor(url: string, key: string, figures: Figures) {
    this.#url = url;
    this.key = key;
    this.#figures = figures;
  }

  /** Has its events sent to a receiver. */
  async subscribe(receiver: string): Promise<void> {
    const { status } = await this.send("POST", "/_mock/webhooks", { url: `${receiver}/${this.key}` });
    if (status !== 200) throw new Error(`the endpoint was answered ${status}`);
  }

  /** Works until it is told to stop. */
  async work(running: { readonly is: boolean }, pauseMs: number): Promise<void> {
    for (let n = 0; running.is; n++) {
      await this.#live(n);
      await sleep(pauseMs);
    }
  }

  async #live(n: number): Promise<void> {
    const name = `W${n}`;
    const created = await this.send("POST", "/api/v1/widgets", { name, site_url: "https://bakery.example" });
    if (created.status !== 201) return this.#breach(`creating ${name} was answered ${created.status}`);
    const { id } = created.json;
    if (this.kept.has(id)) this.#breach(`${id} was given twice`);
    this.kept.set(id, name);
    await this.#expect(id, name);
    if (n % 2 === 0) await this.#rename(id, `${name} renamed`);
    if (n % 3 === 0) await this.#delete(id);
  }

  async #rename(id: string, name: string): Promise<void> {
    const { status } = await this.send("PATCH", `/api/v1/widgets/${id}`, { name });
    if (status !== 200) return this.#breach(`renaming ${id} was answered ${status}`);
    this.kept.set(id, name);
    await this.#expect(id, name);
  }

  async #delete(id: string): Promise<void> {
    this.deleted.add(id);
    const { status, isRepeated } = await this.send("DELETE", `/api/v1/widgets/${id}`);
    if (status !== 204 && !(isRepeated && status === 404)) this.#breach(`deleting ${id} was answered ${status}`);
    this.kept.delete(id);
    await this.#expect(id, undefined);
  }

  /** Reads what was acknowledged a moment ago. */
  async #expect(id: string, name: string | undefined): Promise<void> {
    const { status, json } = await this.send("GET", `/api/v1/widgets/${id}`);
    if (name === undefined ? status === 404 : status === 200 && json.name === name) return;
    this.#breach(`${id} should be ${name ?? "deleted"}, and is ${status} ${json?.name ?? ""}`);
  }

  /** Compares all that there is with what it was told. */
  async check(): Promise<void> {
    const found = new Map<string, string>();
    for (let cursor: string | null = ""; cursor !== null; ) {
      const query = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const { json } = await this.send("GET", `/api/v1/widgets?limit=100${query}`);
      const { data, next_cursor: next } = json as unknown as { data: Answer["json"][]; next_cursor: string | null };
      for (const { id, name } of data) found.set(id, name);
      cursor = next;
    }
    for (const [id, name] of this.kept) if (found.get(id) !== name) this.#breach(`${id} is lost: ${found.get(id)}`);
    for (const id of found.keys()) if (!this.kept.has(id)) this.#breach(`${id} is there, and should not be`);
  }

  /** Sends a request until it is answered. */
  async send(method: string, path: string, body?: object): Promise<Answer> {
    const figures = this.#figures;
    const headers = {
      authorization: `Bearer ${this.key}`,
      "content-type": "application/json",
      "idempotency-key": crypto.randomUUID(),
    };
    const start = performance.now();
    let failedAt: number | undefined;
    for (let failures = 0; ; failures++) {
      figures.requests++;
      try {
        const signal = AbortSignal.timeout(timeoutMs);
        const init = { method, headers, signal, ...(body && { body: JSON.stringify(body) }) };
        const response = await fetch(this.#url + path, init);
        const text = await response.text();
        if (response.status < 500) {
          const now = performance.now();
          figures.mostInARow = Math.max(figures.mostInARow, failures);
          figures.longestWaitMs = Math.max(figures.longestWaitMs, now - start);
          if (failedAt !== undefined) figures.longestOutageMs = Math.max(figures.longestOutageMs, now - failedAt);
          const json = text === "" ? undefined : JSON.parse(text);
          return { status: response.status, json, isRepeated: failures > 0 };
        }
      } catch (error) {
        if (error instanceof SyntaxError) throw error;
      }
      figures.failures++;
      failedAt ??= performance.now();
      await sleep(retryMs);
    }
  }

  #breach(text: string): void {
    this.breaches.push(`${this.key}: ${text}`);
  }
}
