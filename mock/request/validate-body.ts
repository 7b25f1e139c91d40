import type { ApiDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";
import type { DescribedOperation } from "../../spec/operations.ts";
import { type Issue, issuesOf, summarizeIssues } from "../../spec/request-issues.ts";
import type { Validate } from "../../spec/validate.ts";
import { Refusal } from "../refusal.ts";

/** An operation and the validator of its requests. */
export interface ValidatedOperation {
  readonly document: ApiDocument;
  readonly operation: DescribedOperation;
  readonly validate: Validate | undefined;
}

/**
 * Validates a body against the document.
 * @throws Refusal that names every issue by its pointer (A-VAL-1, A-VAL-3)
 */
export function validateBody({ document, operation, validate }: ValidatedOperation, body: Json): JsonObject {
  if (validate?.(body) && isJsonObject(body)) return body;
  const result = { document, schema: operation.body, errors: validate?.errors ?? [] };
  const { issues, assumptions } = issuesOf(result, ({ pointer, code, detail }) => ({
    pointer: `#${pointer.split("/").map(encodeURIComponent).join("/")}`,
    code,
    detail,
  }));
  rejectBody(issues, assumptions);
}

/** @throws Refusal always */
export function rejectBody(issues: readonly Issue[], assumptions: readonly RuleId[] = []): never {
  throw new Refusal("validation_error", { values: { summary: summarizeIssues("body", issues) }, issues, assumptions });
}
