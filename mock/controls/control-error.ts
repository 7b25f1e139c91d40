import type { components } from "../control-plane/generated/types.ts";

/** An error of a control, in this process or over HTTP; the message is the problem's detail. */
export class ControlError extends Error {
  override readonly name = "ControlError";
  /** The status that the control plane responds with. */
  readonly status: number;
  /** The code of the problem, such as `validation_error`. */
  readonly code: string;
  /** What is invalid: each with a `pointer` into the input or the name of a `parameter`. */
  readonly errors: NonNullable<components["schemas"]["Problem"]["errors"]>;
  /** For requests that are not as expected: what was found, as data. */
  readonly verification: components["schemas"]["Problem"]["verification"];

  constructor({
    detail,
    status,
    code,
    errors = [],
    verification,
  }: Omit<components["schemas"]["Problem"], "type" | "title" | "request_id">) {
    super(detail);
    this.status = status;
    this.code = code;
    this.errors = errors;
    this.verification = verification;
  }
}
