import type { RuleId } from "../spec/generated/rules.ts";

/** What is answered, before it becomes a Response. */
export interface ResponseData {
  readonly status: number;
  /** JSON, as text or as UTF-8, or nothing. */
  readonly body: string | Uint8Array<ArrayBuffer> | null;
  readonly mediaType: "application/json" | "application/problem+json";
  readonly headers: Readonly<Record<string, string>>;
}

/** A reply with what the journal and the log tell of it. */
export interface ApiResponse extends ResponseData {
  /** The assumed rules it leans on. */
  readonly assumed: readonly RuleId[];
  /** The problem's code and the rule it follows, where it is a refusal. */
  readonly code?: string;
  readonly rule?: RuleId;
  /** The faults that struck it on purpose, by their ids. */
  readonly faults?: readonly string[];
  /** How the connection breaks on purpose: before the answer, or in the middle of its body. */
  readonly connection?: "reset" | "truncate";
}
