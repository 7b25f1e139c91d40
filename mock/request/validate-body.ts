import type { ApiDocument } from "../../spec/document.ts";
import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";
import type { DescribedOperation } from "../../spec/operations.ts";
import { membersOf, withReference } from "../../spec/schema.ts";
import type { Validate } from "../../spec/validators.ts";
import { type Fault, Refusal } from "../refusal.ts";
import { faultsOf, summary } from "./faults.ts";

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
  refuseBody(
    faultsOf(
      validate?.errors ?? [],
      (place) => writableMembersAt(document, operation, place),
      ({ place, code, detail }) => ({ pointer: `#${place}`, code, detail }),
    ),
  );
}

/** @throws Refusal for a body with these faults */
export function refuseBody(faults: readonly Fault[]): never {
  throw new Refusal("validation_error", { values: { summary: summary("body", faults) }, faults });
}

/** The members that a client may send in the object at a JSON Pointer into the operation's body. */
function writableMembersAt(document: ApiDocument, operation: DescribedOperation, place: string): string[] {
  let at = operation.body;
  for (const step of place.split("/").slice(1)) {
    const member = at && membersOf(document, at).get(step);
    at = member && withReference(document, member.anyOf?.[0] ?? member);
  }
  const members = at ? [...membersOf(document, at)] : [];
  return members.filter(([, { readOnly }]) => !readOnly).map(([name]) => name);
}
