import { widgets } from "../../api-client.test-helper.ts";
import type { MockFetch } from "../../http/fetch.ts";
import type { MockOptions } from "../../options.ts";
import { openMockWith, type StoredMock } from "../open-mock.ts";
import { type PostgresOptions, postgresStore } from "./postgres-store.ts";

/** Opens several mocks that share a database, as several processes would. */
export async function openReplicas(
  url: string,
  count: number,
  { pace = {}, ...options }: MockOptions & Pick<PostgresOptions, "pace"> = {},
): Promise<StoredMock[]> {
  const mocks: StoredMock[] = [];
  for (let n = 0; n < count; n++) mocks.push(await openMockWith(postgresStore({ url, pace }), options));
  return mocks;
}

/** A caller of one replica with one key. */
export interface Caller {
  create(name?: string): Promise<Record<string, unknown>>;
  /** The status and the JSON of an answer. */
  ask(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly json: never }>;
}

/** Calls a replica with a key; with an empty one, without a key. */
export function callerOf({ fetch }: { readonly fetch: MockFetch }, key = "sk_test_one"): Caller {
  const ask = async (method: string, path: string, body?: unknown) => {
    const credential: Record<string, string> = key === "" ? {} : { authorization: `Bearer ${key}` };
    const headers = { ...credential, "content-type": "application/json" };
    const answer = await fetch(`http://127.0.0.1${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, json: (text === "" ? undefined : JSON.parse(text)) as never };
  };
  return {
    ask,
    async create(name = "Bakery") {
      const { status, json } = await ask("POST", widgets, { name, site_url: "https://bakery.example" });
      if (status !== 201) throw new Error(`${status}: ${JSON.stringify(json)}`);
      return json;
    },
  };
}
