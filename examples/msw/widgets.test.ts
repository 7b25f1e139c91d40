import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createMock } from "widgets-mock";
import { handlers } from "widgets-mock/msw";
import { makeClient } from "../integration/client.ts";
import { lifeOfAWidget } from "../integration/life-of-a-widget.ts";

const baseUrl = "https://api.example.com/widgets-service";
const mock = createMock({ clock: "manual", crawl: "30s-60s" });
const server = setupServer(...handlers(mock, { baseUrl }));

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => mock.reset());
afterAll(() => server.close());

const client = makeClient({ baseUrl, apiKey: "sk_test_example", fetch: (request) => fetch(request) });
const sleep = async (milliseconds: number) => void mock.clock.advance({ seconds: milliseconds / 1000 });

test("the client keeps its address in production, and the mock responds", async () => {
  const lines: string[] = [];
  const firstCrawl = await lifeOfAWidget({ client, sleep, log: (line) => lines.push(line) });
  expect(firstCrawl).toEqual({ ended: "active" });
  expect(lines.at(-1)).toBe("deleted");
});

test("a broken connection reaches the client as an error of fetch", async () => {
  mock.faults.add({ connection: "reset", calls: 1 });
  await expect(client.GET("/api/v1/widgets")).rejects.toThrow(TypeError);
  expect((await client.GET("/api/v1/widgets")).data).toMatchObject({ data: [] });
});
