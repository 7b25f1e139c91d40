import { document as published } from "../spec/bundled.ts";
import type { Dialect } from "../spec/dialect.ts";
import type { WidgetsDocument } from "../spec/document.ts";
import { answerApi, answerUnread } from "./api.ts";
import { answerControlPlane } from "./control-plane/control-plane.ts";
import { createEngine } from "./create-engine.ts";
import type { Engine } from "./engine.ts";
import type { MockOptions } from "./options.ts";
import { Refusal } from "./refusal.ts";
import { pathOf } from "./request/target.ts";
import type { Happening } from "./world/happening.ts";
import type { JournalEntry } from "./world/journal.ts";
import type { Delivery, EndpointOptions } from "./world/webhooks/webhooks.ts";
import type { Worlds } from "./worlds.ts";

/** A mock of the whole API in this process: no port is open. */
export interface Mock {
  /** Answers a request as the API would. Needs no `this`. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** The same, at once where nothing has to be waited for: what a port is served with. */
  readonly answer: (request: Request) => Response | Promise<Response>;
  /** Answers what could not become a Request, or, with the bug, what failed on the way: for whoever opens a port. */
  readonly refuseUnread: (bug?: unknown) => Response;
  /** Every world's clock. */
  readonly clock: MockClock;
  readonly seed: number;
  readonly dialect: Dialect;
  /** The organization's side that an API key sees. */
  world(key: string): MockWorld;
  /** Forgets every world, as if nobody had ever called. */
  reset(): void;
  /** Ends the mock: nothing happens any more. */
  close(): void;
}

/** A clock to move by hand. Times are in milliseconds. */
export interface MockClock {
  now(): number;
  /** Moves time forward, on the real clock too, and tells in order what happened on the way. */
  advance(milliseconds: number): Happening[];
}

/** What a test may want of one organization. */
export interface MockWorld {
  readonly clock: MockClock;
  /** The newest answers, oldest first. */
  journal(): JournalEntry[];
  readonly webhooks: MockWebhooks;
  /** Forgets this world, as if its organization had never called. */
  reset(): void;
}

/** Where an organization's events go, and how they got there. */
export interface MockWebhooks {
  /**
   * Lets events go to an address from now on.
   * @returns the endpoint's id
   * @throws RangeError where the address or the secret is none
   */
  addEndpoint(options: EndpointOptions): string;
  /** Every delivery that is remembered, with its attempts, oldest first. */
  deliveries(): readonly Delivery[];
  /** Sends an event again; false where its id is not known. */
  redeliver(id: string): boolean;
  /** Waits until nothing is under way any more. */
  settled(): Promise<void>;
}

/**
 * Makes a mock. Mocks share nothing.
 * @throws OptionError or DialectError, with a message for the user
 */
export function createMock(options: MockOptions = {}): Mock {
  return createMockOf(published, options);
}

/** Makes a mock of another state of the document than the published one. */
export function createMockOf(document: WidgetsDocument, options: MockOptions = {}): Mock {
  const engine = createEngine(document, options);
  const { worlds } = engine;
  return {
    fetch: async (request) => answer(engine, request),
    answer: (request) => answer(engine, request),
    refuseUnread: (bug) => answerUnread(engine, bug),
    clock: { now: () => worlds.now(), advance: (milliseconds) => worlds.advance(milliseconds) },
    seed: engine.seed,
    dialect: engine.dialect,
    world: (key) => worldOf(worlds, options.apiKeys?.[key] ?? key),
    reset: () => worlds.reset(),
    close: () => worlds.stop(),
  };
}

function answer(engine: Engine, request: Request): Response | Promise<Response> {
  const path = pathOf(request.url);
  if (path === "/_mock" || path.startsWith("/_mock/")) return answerControlPlane(engine, request);
  if (path === "/openapi.json") return documentResponse(engine, request.method, path);
  return answerApi(engine, request);
}

function documentResponse(engine: Engine, method: string, path: string): Response {
  if (method === "GET") {
    const headers = { "Access-Control-Allow-Origin": "*", "Request-Id": engine.worlds.nextRequestId() };
    return Response.json(engine.dialect.document, { headers });
  }
  const refusal = new Refusal("method_not_allowed", {
    values: { method, path, allow: "GET" },
    headers: { Allow: "GET" },
  });
  return answerUnread(engine, refusal, { method, path });
}

function worldOf(worlds: Worlds, organization: string): MockWorld {
  const world = () => worlds.of(organization);
  return {
    clock: { now: () => world().clock.now(), advance: (milliseconds) => worlds.advance(milliseconds, world()) },
    journal: () => world().journal.entries(),
    reset: () => worlds.reset(world()),
    webhooks: {
      addEndpoint: ({ url, secret, faults }) => world().webhooks.addEndpoint(url, secret, faults).id,
      deliveries: () => world().webhooks.deliveries(),
      redeliver: (id) => world().webhooks.redeliver(id),
      settled: () => world().webhooks.settled(),
    },
  };
}
