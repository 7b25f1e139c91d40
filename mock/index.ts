export { DialectError } from "../spec/dialect.ts";
export type {
  ClockControls,
  Controls,
  CrawlControls,
  FaultControls,
  JournalControls,
  WebhookControls,
} from "./controls/controls.ts";
export type { Trace } from "./controls/journal.ts";
export type { ResetOptions } from "./controls/reset.ts";
export { type Snapshot, SnapshotError } from "./controls/snapshot.ts";
export type { FaultOptions, InjectedFault } from "./faults/faults.ts";
export { createMock, type Mock } from "./mock.ts";
export type { Observer } from "./observer.ts";
export { OptionError } from "./option-error.ts";
export type { MockOptions } from "./options.ts";
export type {
  RepeatedSteps,
  ScenarioAction,
  ScenarioDefinition,
  ScenarioStep,
  Scenarios,
} from "./scenarios/scenario.ts";
export { version } from "./version.ts";
export type { Happening } from "./world/happening.ts";
export type { JournalEntry, JournalFilter } from "./world/journal.ts";
export type { Attempt } from "./world/webhooks/attempt-delivery.ts";
export type { Delivery } from "./world/webhooks/delivery.ts";
export type { DeliveryFaults, EndpointOptions } from "./world/webhooks/endpoint.ts";
