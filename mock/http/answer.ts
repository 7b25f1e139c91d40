import type { RuleId } from "../../spec/generated/rules.ts";
import type { JoinedBody } from "./joined-body.ts";

/** The receiver of a body that is sent bit by bit. */
export interface BodySink {
  send(text: string): void;
  end(): void;
  /** Ends it without what was not read yet. */
  cut(): void;
  /** Number of bytes that were sent and that nobody has read yet. */
  readonly unreadBytes: number;
  /** Waits until some of them have been read. */
  drained(): Promise<void>;
}

/** A body that is sent bit by bit, such as an event stream. It gives a function that stops it. */
export type StreamedBody = (sink: BodySink) => () => void;

/** JSON as text or UTF-8, a stream, or null. */
export type AnswerBody = string | Uint8Array<ArrayBuffer> | StreamedBody | null;

/** What a request is answered with: the one type from an operation to the socket. Each step adds what it knows. */
export interface Answer {
  readonly status: number;
  readonly body: AnswerBody;
  /** The body with its pieces, if it was put together from some and nothing has replaced it since. */
  readonly joined?: JoinedBody | undefined;
  /** The id of the operation that was asked for, if there is one. */
  readonly operation?: string | undefined;
  /** Media type of the body (default `application/json`). */
  readonly mediaType?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The assumed rules that it rests on. */
  readonly assumed?: readonly RuleId[] | undefined;
  /** For a rejection: the problem's code. */
  readonly code?: string | undefined;
  /** For a rejection: the rule it follows. */
  readonly rule?: RuleId | undefined;
  /** Ids of the injected faults that were applied. */
  readonly faults?: readonly string[] | undefined;
  /** For a fault that breaks the connection: before the answer, or in the middle of its body. */
  readonly connection?: "reset" | "truncate" | undefined;
}

const utf8 = new TextEncoder();

/** The bytes of a body that is no stream. */
export function bytesOf(body: Exclude<AnswerBody, StreamedBody>): Uint8Array<ArrayBuffer> {
  return typeof body === "string" ? utf8.encode(body) : (body ?? new Uint8Array());
}
