import type { RuleId } from "../../spec/generated/rules.ts";
import type { DescribedOperation } from "../../spec/operations.ts";
import type { Access } from "../control-plane/access.ts";
import type { MockExchange } from "../http/exchange.ts";
import type { World } from "../world/world.ts";
import { traceParentOf } from "./trace-parent.ts";

/** A request on its way, with what is known about it so far. */
export interface RequestContext {
  readonly exchange: MockExchange;
  /** Real milliseconds when it began. */
  readonly began: number;
  /** The assumed rules met so far, besides those of the operation. */
  readonly assumptions: RuleId[];
  /** Query parameters that the operation does not have. */
  readonly ignored: string[];
  requestId: string | undefined;
  organization: string | undefined;
  /** The world of the organization, to be read by `worldOf`. */
  world: World | undefined;
  /** What its caller may use, if it is a request to the control plane. */
  access: Access;
  /** Which API key it came with, without giving it away; undefined without one. */
  keyLabel: string | undefined;
  /** True if an earlier request with the same Idempotency-Key was still running when this one came (A-IDEM-1). */
  repeatsRunning: boolean;
  /** Where it stands in its caller's trace (W3C Trace Context). */
  readonly traceParent: string | undefined;
  operation: DescribedOperation | undefined;
  /** The widget that its path names. */
  widget: string | undefined;
  /** The body as text, once it was decoded. */
  bodyText: string | undefined;
}

/** Begins the context of a request. */
export function newRequestContext(exchange: MockExchange): RequestContext {
  return {
    exchange,
    began: performance.now(),
    assumptions: [],
    ignored: [],
    requestId: undefined,
    organization: undefined,
    world: undefined,
    access: "anyone",
    keyLabel: undefined,
    repeatsRunning: false,
    traceParent: traceParentOf(exchange.header),
    operation: undefined,
    widget: undefined,
    bodyText: undefined,
  };
}
