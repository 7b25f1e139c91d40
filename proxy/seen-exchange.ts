import type { CheckedRequest } from "./request-check.ts";

/** One exchange, in a line. */
export interface SeenExchange {
  readonly n: number;
  readonly method: string;
  /** Without credentials. */
  readonly path: string;
  /** 0 where no answer came. */
  readonly status: number;
  readonly milliseconds: number;
  /** When it was over, in milliseconds since the epoch. */
  readonly at: number;
  readonly caller: string;
  readonly operation: string | undefined;
  readonly widget: string | undefined;
  readonly error: string | undefined;
  readonly checked: CheckedRequest;
}
