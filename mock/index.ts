export { DialectError } from "../spec/dialect.ts";
export type { ObservedExchange } from "../spec/observed-exchange.ts";
export { ControlError } from "./controls/control-error.ts";
export type { MockControls, RemoteControls } from "./controls/control-groups.ts";
export type {
  ControlInput,
  ControlOperation,
  ControlOutput,
  ResetOptions,
  Snapshot,
  Trace,
} from "./controls/control-types.ts";
export type { FaultOptions, InjectedFault } from "./faults/faults.ts";
export type { JournalEntry } from "./journal/journal-entry.ts";
export { createMock, type Mock } from "./mock.ts";
export type { Observer } from "./observer.ts";
export { OptionError } from "./option-error.ts";
export type { MockOptions } from "./options.ts";
export type {
  Counterexample,
  GivenScenarios,
  RepeatStep,
  Scenario,
  ScenarioAction,
  ScenarioStep,
  Scenarios,
} from "./scenarios/scenario.ts";
export { version } from "./version.ts";
export type { Happening } from "./world/happening.ts";
export type { Attempt } from "./world/webhooks/attempt-delivery.ts";
export type { Delivery } from "./world/webhooks/delivery.ts";
export type { DeliveryFaults, EndpointOptions } from "./world/webhooks/endpoint.ts";
