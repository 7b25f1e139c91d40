import { expect } from "vitest";
import { makeClient } from "../examples/integration/client.ts";
import { lifeOfAWidget } from "../examples/integration/life-of-a-widget.ts";
import { createMock } from "../mock/index.ts";
import { retryingFetch } from "./retrying-fetch.test-helper.ts";
import { rehearsalTest } from "./vitest.ts";

const rehearsed = rehearsalTest({
  createMock,
  slowCrawl: "5m",
  only: ["A-ENUM-1", "A-DELETE-1", "A-VAL-1", "slow-crawls", "stale-reads", "troubles"],
});

rehearsed("a client that retries survives each variation, in no time", async ({ baseUrl, apiKey, fetch }) => {
  const client = makeClient({ baseUrl, apiKey, fetch: retryingFetch(fetch) });
  const sleep = (milliseconds: number) => new Promise<void>((resolve) => void setTimeout(resolve, milliseconds));
  const lines: string[] = [];
  const { ended } = await lifeOfAWidget({ client, sleep, log: (line) => lines.push(line) });
  expect([ended, lines.at(-1)]).toEqual(["active", "deleted"]);
});
