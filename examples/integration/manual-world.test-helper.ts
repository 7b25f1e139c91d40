import { createMock } from "../../mock/index.ts";
import { type ClientOptions, makeClient, type WidgetsClient } from "./client.ts";
import type { Sleep } from "./poll.ts";

export type Send = NonNullable<ClientOptions["fetch"]>;

export const dialects = ["default", "documented-only", "hostile"] as const;

/** An organization of a mock in which time only passes while the client sleeps. */
export interface ManualWorld {
  readonly client: WidgetsClient;
  readonly sleep: Sleep;
  readonly sleptMs: () => number;
}

/** Makes one with a dialect. `between` can intercept the client's requests. */
export function manualWorld(dialect: string, between: (send: Send) => Send = (send) => send): ManualWorld {
  const mock = createMock({ dialect, clock: "manual", crawl: "30s-60s", seed: 1 });
  let sleptMs = 0;
  return {
    client: makeClient({ baseUrl: "http://mock.test", apiKey: "sk_test_example", fetch: between(mock.fetch) }),
    sleep: async (milliseconds) => {
      sleptMs += milliseconds;
      mock.clock.advance({ seconds: milliseconds / 1000 });
    },
    sleptMs: () => sleptMs,
  };
}

/** Creates widgets and returns their ids, oldest first. */
export async function createWidgets(client: WidgetsClient, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let n = 1; n <= count; n += 1) {
    const body = { name: `Shelf ${n}`, site_url: `https://shelf-${n}.example` };
    const { data } = await client.POST("/api/v1/widgets", { body });
    if (data) ids.push(data.id);
  }
  return ids;
}
