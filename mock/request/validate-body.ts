import type { ApiDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";
import type { DescribedOperation } from "../../spec/operations.ts";
import type { Validate } from "../../spec/validate.ts";
import { type Issue, Refusal } from "../refusal.ts";
import { issuesOf, summarizeIssues } from "./issues.ts";

/**
 * Checks a body against the document.
 * @throws Refusal that names every fault by its pointer (A-VAL-1, A-VAL-3)
 */
export function validateBody(
  document: ApiDocument,
  operation: DescribedOperation,
  validate: Validate | undefined,
  body: Json,
): JsonObject {
  if (validate?.(body) && isJsonObject(body)) return body;
  const { issues, assumptions } = issuesOf(
    document,
    operation.body,
    validate?.errors ?? [],
    ({ place, code, detail }) => ({
      pointer: `#${place.split("/").map(encodeURIComponent).join("/")}`,
      code,
      detail,
    }),
  );
  rejectBody(issues, assumptions);
}

/** @throws Refusal for a body with these faults */
export function rejectBody(issues: readonly Issue[], assumptions: readonly RuleId[] = []): never {
  throw new Refusal("validation_error", { values: { summary: summarizeIssues("body", issues) }, issues, assumptions });
}
