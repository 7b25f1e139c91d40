import { Refusal } from "./refusal.ts";

/** What a mock keeps at most, and what happens then. */
export interface Bound {
  readonly default: number;
  /** Default 1. */
  readonly min?: number;
  /** To be read after "at most so many". */
  readonly of: string;
  /** What happens to one more. */
  readonly excess: string;
}

const refused507 = "one more is rejected with 507";
const refused429 = "one more is rejected with 429";
const oldestForgotten = "the oldest is forgotten";

/** The bounds of a mock, which are options of `createMock`. The flags, the help and the table in the docs come from here. */
export const mockBounds = {
  maxWorlds: {
    default: 10_000,
    of: "organizations in memory",
    excess:
      "those in which nothing was ever created or changed are forgotten; without any, a new one is rejected with 507. With " +
      "--database, the longest unused are unloaded",
  },
  maxOrganizations: { default: 100_000, of: "organizations that were made by an admin", excess: refused507 },
  maxKeys: {
    default: 100,
    of: "API keys of such an organization",
    excess: "the key that was revoked first is forgotten; without any, one more is rejected with 507",
  },
  maxIdleSeconds: {
    default: 0,
    min: 0,
    of: "seconds, in real time, that an organization is kept while nobody uses it; 0 keeps it",
    excess: "it is forgotten with all that it has; its ids are never given again",
  },
  maxStoredMegabytes: {
    default: 512,
    of: "megabytes of state of all organizations, roughly, without their journals",
    excess: "what would add to it is rejected with 507",
  },
  maxWidgets: { default: 100_000, of: "widgets of an organization", excess: refused507 },
  maxDeletedIds: {
    default: 100_000,
    of: "ids of deleted widgets of an organization",
    excess: "the oldest is forgotten, which makes it unknown; it is never given again",
  },
  maxConversations: { default: 10_000, of: "conversations of an organization", excess: oldestForgotten },
  maxMessages: { default: 1000, of: "messages of a conversation", excess: refused507 },
  maxUsageRecords: { default: 100_000, of: "usage records of an organization", excess: oldestForgotten },
  maxIdempotencyKeys: { default: 10_000, of: "idempotency keys of an organization", excess: oldestForgotten },
  maxEndpoints: { default: 100, of: "webhook endpoints of an organization", excess: refused507 },
  maxDeliveries: {
    default: 1000,
    of: "deliveries of an organization that have ended",
    excess: oldestForgotten,
  },
  maxPendingDeliveries: {
    default: 1000,
    of: "deliveries of an organization that are pending",
    excess: "the oldest is cancelled",
  },
  maxFaults: { default: 1000, of: "injected faults of an organization", excess: refused507 },
  maxChangedSites: { default: 10_000, of: "changed sites of an organization", excess: refused507 },
  maxHappenings: {
    default: 1000,
    of: "happenings of an organization, which traces show",
    excess: oldestForgotten,
  },
  journalEntries: {
    default: 1000,
    of: "requests in the journal of an organization",
    excess: oldestForgotten,
  },
  journalBodyBytes: {
    default: 16 * 1024,
    min: 0,
    of: "bytes of each body in a journal",
    excess: "the rest is left out",
  },
  journalBytes: {
    default: 256 * 1024 * 1024,
    min: 0,
    of: "bytes of all journals together",
    excess: "the oldest request is forgotten",
  },
  maxWebhookSockets: {
    default: 512,
    of: "webhooks on their way at a time",
    excess: "the next one waits until one has ended",
  },
  maxWebhookSocketsPerOrigin: {
    default: 32,
    of: "webhooks on their way to one origin at a time",
    excess: "the next one waits until one has ended",
  },
  maxSettleSeconds: {
    default: 60,
    min: 0,
    of: "seconds, in real time, that an advance of the clock, settle or resend waits for webhooks",
    excess: "it responds with what has happened until then",
  },
  maxConnections: {
    default: 16_384,
    of: "open connections",
    excess: "idle ones are closed; without any, requests of a new one are rejected with 429",
  },
  maxUnreadMegabytes: {
    default: 256,
    of: "megabytes of answers that their clients have not read",
    excess: "the connection that has waited the longest is closed",
  },
  headerTimeoutSeconds: {
    default: 60,
    of: "seconds until the headers of a request have arrived",
    excess: "it is rejected with 408",
  },
  requestTimeoutSeconds: {
    default: 300,
    of: "seconds until a whole request has arrived",
    excess: "it is rejected with 408",
  },
  maxSnapshots: {
    default: 16,
    of: "snapshots that are exported or restored",
    excess: refused429,
  },
  maxWaiting: { default: 1000, of: "requests that wait for recorded ones (wait_for)", excess: refused429 },
  maxStreams: { default: 100, of: "event streams", excess: refused429 },
  maxStreamKilobytes: {
    default: 1024,
    of: "kilobytes that an event stream's client has not read",
    excess: "its connection is closed",
  },
} as const satisfies { readonly [name: string]: Bound };

/** The name of a bound of a mock. */
export type MockBound = keyof typeof mockBounds;
/** The bounds that a mock was started with. */
export type MockBounds = { readonly [name in MockBound]: number };

export const mockBoundNames = Object.keys(mockBounds) as readonly MockBound[];

/** The bounds with their defaults. */
export function withDefaultBounds(given: { readonly [name in MockBound]?: number | undefined }): MockBounds {
  return Object.fromEntries(
    mockBoundNames.map((name) => [name, given[name] ?? mockBounds[name].default]),
  ) as unknown as MockBounds;
}

/** The rejection of what is over a bound. It names the option. */
export function boundReached(name: MockBound, bounds: MockBounds, status: 429 | 507 = 507): Refusal {
  const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const values = { count: String(bounds[name]), of: mockBounds[name].of, flag, option: name };
  return status === 507
    ? new Refusal("bound_reached", { values })
    : new Refusal("too_many_at_once", { values, headers: { "Retry-After": "1" } });
}
