import type { Cell } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import type { JsonObject } from "../../spec/merge-patch.ts";
import type { DescribedOperation } from "../../spec/operations.ts";
import type { Engine } from "../engine.ts";
import type { ExchangeHead, HeaderLookup } from "../http/exchange.ts";
import type { Parameters } from "../request/parameters.ts";
import type { StoredWidget } from "../world/widget.ts";
import type { World } from "../world/world.ts";

/** A valid request, as an operation gets it. */
export interface OperationCall {
  readonly engine: Engine;
  readonly world: World;
  readonly operation: DescribedOperation;
  /** Id of the request. It also traces what the request causes. */
  readonly requestId: string;
  /** The widget's id in the path, or an empty string. */
  readonly id: string;
  /** The path parameters. */
  readonly params: Readonly<Record<string, string>>;
  readonly header: HeaderLookup;
  /** The request that it came by; undefined for a step of a scenario. */
  readonly exchange?: ExchangeHead | undefined;
  readonly parameters: Parameters;
  /** The body; empty if the operation takes none. */
  readonly body: JsonObject;
  /** Notes an assumed rule that the response rests on. */
  noteAssumption(rule: RuleId): void;
}

/** Performs an operation on a widget whose state allows it, and returns the body of the response. */
export type WidgetEffect = (call: OperationCall, widget: StoredWidget, cell: Cell) => string | null;
