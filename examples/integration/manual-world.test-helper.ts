import { createMock } from "../../mock/index.ts";
import { type ClientOptions, makeClient, type WidgetsClient } from "./client.ts";
import type { Sleep } from "./poll.ts";

export type Send = NonNullable<ClientOptions["fetch"]>;

export const dialects = ["default", "documented-only", "hostile"] as const;

/** An organization of the mock in which time passes only while somebody sleeps. */
export interface ManualWorld {
  readonly client: WidgetsClient;
  readonly sleep: Sleep;
  readonly sleptMs: () => number;
}

/** Makes one that speaks a dialect; `between` may stand between the client and the mock. */
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

/** Creates so many widgets and gives their ids, oldest first. */
export async function createWidgets(client: WidgetsClient, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let n = 1; n <= count; n += 1) {
    const body = { name: `Shelf ${n}`, site_url: `https://shelf-${n}.example` };
    const { data } = await client.POST("/api/v1/widgets", { body });
    if (data) ids.push(data.id);
  }
  return ids;
}
