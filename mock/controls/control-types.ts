import type { components, operations } from "../control-plane/generated/types.ts";
import type { Scope } from "./scope.ts";

type Schemas = components["schemas"];

/** A request and what it caused. */
export type Trace = Schemas["Trace"];
/** The state of a mock, or of one world. */
export type Snapshot = Schemas["Snapshot"];
/** What a reset starts with. */
export type ResetOptions = Schemas["Reset"];

/** An operation of the control plane that returns JSON; the event stream and the metrics are none. */
export type ControlOperation = Exclude<keyof operations, "streamEvents" | "getMetrics">;

/** The JSON that a control returns. */
export type ControlOutput<Operation extends ControlOperation> =
  operations[Operation]["responses"][200]["content"]["application/json"];

/** What a control takes: the members of the operation's path, query and body in one object. */
export type ControlInput<Operation extends ControlOperation> = Flat<
  PathOf<operations[Operation]> & QueryOf<operations[Operation]> & BodyOf<operations[Operation]>
>;

type PathOf<Operation> = Operation extends { parameters: { path: infer Path } } ? Path : unknown;
type QueryOf<Operation> = Operation extends { parameters: { query?: infer Query } } ? Given<Query> : unknown;
type BodyOf<Operation> = Operation extends { requestBody?: infer Body }
  ? Given<Body> extends { content: { "application/json": infer Json } }
    ? Json
    : unknown
  : unknown;
type Given<Part> = [Exclude<Part, undefined>] extends [never] ? unknown : Exclude<Part, undefined>;
type Flat<Members> = { [name in keyof Members]: Members[name] };

/** A use of a control, from this process or over HTTP. */
export interface ControlCall<Operation extends ControlOperation> {
  /** The worlds it concerns. */
  readonly scope: Scope;
  readonly input: ControlInput<Operation>;
  /** Identifies the request that causes whatever follows from it. */
  readonly requestId: () => string;
  /** True over HTTP, where advancing the clock also waits for the webhooks that it sends. */
  readonly waits: boolean;
  /** Aborted when the caller is gone. */
  readonly signal?: AbortSignal;
}

/**
 * Carries out an operation of the control plane.
 * @throws Refusal for what is rejected
 */
export type Control<Operation extends ControlOperation> = (
  call: ControlCall<Operation>,
) => ControlOutput<Operation> | Promise<ControlOutput<Operation>>;

/** Some rows of the table of controls. */
export type Controls<Operation extends ControlOperation> = { readonly [operation in Operation]: Control<operation> };
