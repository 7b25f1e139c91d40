import type { RuleId } from "../../spec/generated/rules.ts";

/** The keys by which what a client meets is counted, and by which the items of a document find their counts. */
export const operationKey = (operation: string) => `operation ${operation}`;
export const answerKey = (operation: string, status: number, code?: string) =>
  code === undefined ? `answer ${operation} ${status}` : `answer ${operation} ${status} ${code}`;
export const stateKey = (state: string) => `state ${state}`;
/** @param cause what moves a widget: an operation, or the end of a crawl */
export const transitionKey = (cause: TransitionCause, from: string, to: string) => `transition ${cause} ${from} ${to}`;
export const eventKey = (event: string) => `event ${event}`;
export const deliveryKey = (circumstance: string) => `delivery ${circumstance}`;
export const replayKey = (operation: string) => `replay ${operation}`;
export const retryKey = (status: number) => `retry ${status}`;
export const connectionKey = (connection: BrokenConnection) => `connection ${connection}`;
export const ruleKey = (rule: RuleId) => `assumption ${rule}`;
/** A success of an operation that rests on a rule. */
export const successKey = (operation: string, rule: RuleId) => `success ${operation} ${rule}`;

/** The ways in which a connection breaks, with what is lost. */
export const brokenConnections = {
  reset: "a connection that is reset before the operation has its effect",
  "lost-answer": "a connection that is reset after the operation had its effect, so that its answer is lost",
  truncate: "an answer that is cut in the middle of its body",
} as const;
export type BrokenConnection = keyof typeof brokenConnections;

/** What moves a widget from one state to another. */
export type TransitionCause = "widget.moved" | "crawl.succeeded" | "crawl.failed";
