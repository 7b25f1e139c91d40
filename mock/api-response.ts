import type { RuleId } from "../spec/generated/rules.ts";

/** A response as plain data. */
export interface ResponseData {
  readonly status: number;
  /** JSON as text or UTF-8, or null. */
  readonly body: string | Uint8Array<ArrayBuffer> | null;
  readonly mediaType: "application/json" | "application/problem+json";
  readonly headers: Readonly<Record<string, string>>;
}

/** A response of the API with what the journal and the log report about it. */
export interface ApiResponse extends ResponseData {
  /** The assumed rules that it rests on. */
  readonly assumed: readonly RuleId[];
  /** For a rejection: the problem's code. */
  readonly code?: string;
  /** For a rejection: the rule it follows. */
  readonly rule?: RuleId;
  /** Ids of the injected faults that were applied. */
  readonly faults?: readonly string[];
  /** For a fault that breaks the connection: before the response, or in the middle of its body. */
  readonly connection?: "reset" | "truncate";
}
