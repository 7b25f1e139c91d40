import type { Json } from "../../spec/merge-patch.ts";
import { operationsOf } from "../../spec/operations.ts";
import { document } from "../control-plane/document.ts";
import { bodies } from "../control-plane/generated/validators.js";
import { Refusal } from "../refusal.ts";
import { validateBody } from "../request/validate-body.ts";

const operations = new Map(operationsOf(document).map((operation) => [operation.id, operation]));

/**
 * Holds what code in this process asks for against what the control plane would take for it.
 * @param operationId an operation of the control plane that has a body
 * @throws RangeError that says what does not fit
 */
export function checkFit(operationId: string, value: object): void {
  const operation = operations.get(operationId);
  if (!operation) throw new Error(`The control plane has no operation ${operationId}.`);
  try {
    validateBody(document, operation, bodies[operationId], value as Json);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new RangeError(error.details.values?.["summary"] ?? error.message);
  }
}
