import type { Cell } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import type { JsonObject } from "../../spec/merge-patch.ts";
import type { DescribedOperation } from "../../spec/operations.ts";
import type { ResponseData } from "../api-response.ts";
import type { Engine } from "../engine.ts";
import type { Parameters } from "../request/parameters.ts";
import type { StoredWidget } from "../world/widget.ts";
import type { World } from "../world/world.ts";

/** A request that was found fit, on its way to the operation. */
export interface OperationCall {
  readonly engine: Engine;
  readonly world: World;
  readonly operation: DescribedOperation;
  /** Names the request, and all that comes of it. */
  readonly requestId: string;
  /** The widget's id in the path, where there is one. */
  readonly id: string;
  /** What the path names. */
  readonly params: Readonly<Record<string, string>>;
  readonly headers: Headers;
  readonly parameters: Parameters;
  /** The body, empty where the operation takes none. */
  readonly body: JsonObject;
  /** Notes a rule that the answer leans on. */
  noteAssumption(rule: RuleId): void;
}

/** What an operation did. */
export interface OperationResult {
  /** Left out: the operation's own success. */
  readonly status?: number | undefined;
  readonly body: ResponseData["body"];
  readonly headers?: Readonly<Record<string, string>>;
}

/** What an operation does to a widget that is there and lets it, and what it answers then. */
export type WidgetEffect = (call: OperationCall, widget: StoredWidget, cell: Cell) => string | null;
