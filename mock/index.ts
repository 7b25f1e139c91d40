export { DialectError } from "../spec/dialect.ts";
export { createMock, type Mock, type MockClock, type MockWebhooks, type MockWorld, version } from "./mock.ts";
export type { Observer } from "./observer.ts";
export { type MockOptions, OptionError } from "./options.ts";
export type { Attempt } from "./webhooks/attempt.ts";
export type { WebhookFaults } from "./webhooks/endpoint.ts";
export type { Delivery, EndpointOptions } from "./webhooks/webhooks.ts";
export type { Happening } from "./world/happening.ts";
export type { JournalEntry } from "./world/journal.ts";
