import type { DescribedOperation } from "../../spec/operations.ts";
import type { Engine } from "../engine.ts";
import type { Answer } from "../http/answer.ts";
import { Refusal } from "../refusal.ts";
import { documentedAnswer, examplesOf } from "./documented-answer.ts";
import type { Preference } from "./prefer.ts";

/** The request that a preference came with. */
interface PreferringRequest {
  readonly engine: Engine;
  readonly operation: DescribedOperation;
  requestId(): string;
}

/**
 * The documented response that a client prefers to having its request performed.
 * @throws Refusal if the operation has no such response, or the response no such example
 */
export function preferredAnswer(request: PreferringRequest, { code, example }: Preference): Answer {
  const { engine, operation } = request;
  const examples = /^\d{3}$/.test(code) ? examplesOf(operation, Number(code)) : undefined;
  if (!examples) throw unknownPreference(operation, "code", [...operation.responses.keys()]);
  if (example !== undefined && !examples.includes(example)) throw unknownPreference(operation, "example", examples);
  const { document } = engine.dialect;
  const wanted = { status: Number(code), example };
  return documentedAnswer({ document, operation, requestId: request.requestId() }, wanted);
}

function unknownPreference(
  operation: DescribedOperation,
  name: "code" | "example",
  known: readonly (string | number)[],
): Refusal {
  const issue = { parameter: "Prefer", code: "enum", detail: `${name} must be one of ${known.join(", ")}` };
  const summary = `${operation.id} has no such documented response: ${issue.detail}.`;
  return new Refusal("validation_error", { values: { summary }, issues: [issue] });
}
