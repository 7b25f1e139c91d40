import type { operations } from "../../spec/generated/types.ts";
import type { Adapter } from "../adapter.ts";

/** An operation's id in the document. */
export type OperationId = keyof operations;

/** Everything that the kit knows of a documented rule. */
export interface RuleEntry {
  /** The members of an adapter that it takes to show the rule; left out where the API alone shows it. */
  readonly adapter?: readonly (keyof Adapter)[];
  /** The operation that the rule is about; left out where it is about all, or about lists. */
  readonly operation?: OperationId;
  /** The operations of which a script must have one to show a breach; left out where any script may show it. */
  readonly takes?: readonly OperationId[];
  /** Whether it is about lists: only a walk shows it. */
  readonly isOfLists?: true;
  /** Whether it takes everything that was planned to show a breach again, such as a long list. */
  readonly needsWholePlan?: true;
  /** Whether one exchange is proof, so that a breach need not be reproduced. */
  readonly isProof?: true;
}
