import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createMock, type Mock, type MockOptions } from "../../mock/index.ts";
import { type Listening, listen } from "../../mock/testing/node.ts";

/** A mock with a life of its own, for pictures and tests: the same every time. */
export interface Scene {
  readonly mock: Mock;
  readonly url: string;
  /** Sends a request as a client of the demo organization does. */
  readonly send: (method: string, path: string, body?: unknown) => Promise<Response>;
  close(): Promise<void>;
}

/** The key of the organization that the scene is about. */
export const sceneKey = "sk_test_demo";

/** Starts a mock on a manual clock, in which nothing has happened yet. */
export async function startScene(options: MockOptions = {}): Promise<Scene> {
  const mock = createMock({ clock: "manual@2026-04-09T14:00:00Z", seed: 7, crawl: "30s", ...options });
  const listening: Listening = await listen(mock);
  const send = (method: string, path: string, body?: unknown) =>
    fetch(`${listening.url}${path}`, {
      method,
      headers: { Authorization: `Bearer ${sceneKey}`, "Content-Type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  return {
    mock,
    url: listening.url,
    send,
    async close() {
      mock.close();
      await listening.close();
    },
  };
}

/** Starts a receiver of webhooks that answers what it is told to. */
export async function startReceiver(statusOf: () => number) {
  const server = createServer((request, response) => {
    request.resume().once("end", () => {
      const status = statusOf();
      response.writeHead(status, { "Content-Type": "text/plain", Date: "" });
      response.end(status === 500 ? "database is locked" : "");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

const sites = [
  ["Northwind Catering", "https://northwindcatering.example"],
  ["Harbour Bakery", "https://harbour-bakery.example"],
  ["Old Mill Hotel", "https://shop.fail.test"],
  ["Fern & Field Florists", "https://fernandfield.example"],
  ["City Bikes", "https://citybikes.example"],
  ["Lighthouse Dental", "https://lighthousedental.example"],
] as const;

/** Lets an afternoon happen: widgets in every state, refused requests, a fault, and webhooks that fail at first. */
export async function playAfternoon({ mock, send }: Scene, webhookUrl: string): Promise<readonly string[]> {
  const world = mock.world(sceneKey);
  world.webhooks.add({ url: webhookUrl });
  const ids: string[] = [];
  for (const [name, site_url] of sites) {
    const created = await send("POST", "/api/v1/widgets", { name, site_url });
    ids.push((await created.json()).id);
    world.clock.advance({ seconds: 4 });
  }
  await advance(mock, 30);
  const [first = "", second = "", third = "", fourth = ""] = ids;
  await send("POST", `/api/v1/widgets/${second}/pause`);
  await advance(mock, 6);
  await send("PATCH", `/api/v1/widgets/${first}`, { persona: "You help guests to choose a menu.", voice: "Aoede" });
  await send("POST", `/api/v1/widgets/${third}/pause`);
  await send("GET", "/api/v1/widgets?limit=20");
  await send("POST", "/api/v1/widgets", { name: "", site_url: "northwind" });
  world.faults.add({ operation: "recrawlWidget", status: 503, calls: 2 });
  await send("POST", `/api/v1/widgets/${fourth}/recrawl`);
  await advance(mock, 20);
  await send("POST", `/api/v1/widgets/${first}/recrawl`);
  await send("POST", "/api/v1/widgets", { name: "Corner Books", site_url: "https://cornerbooks.example" });
  await advance(mock, 9);
  await send("GET", `/api/v1/widgets/${first}`);
  return ids;
}

async function advance(mock: Mock, seconds: number): Promise<void> {
  const world = mock.world(sceneKey);
  world.clock.advance({ seconds });
  await world.deliveries.settle();
}
