import { isJsonObject, type Json } from "../../spec/merge-patch.ts";
import { issuesOf } from "../../spec/request-issues.ts";
import { document } from "../control-plane/document.ts";
import * as validators from "../control-plane/generated/validators.js";
import { rejectBody } from "../request/validate-body.ts";
import { partSchemas, type SnapshotPart } from "./snapshot-part.ts";
import { snapshotRejected } from "./snapshot-rejected.ts";

/**
 * Validates a part of a snapshot by its schema.
 * @param place its JSON Pointer, such as `#/state/0`
 * @throws Refusal that names every issue by its pointer
 */
export function checkPart(part: Json, place: string): SnapshotPart {
  const kind = isJsonObject(part) ? part["part"] : undefined;
  const found = typeof kind === "string" ? partSchemas().get(kind) : undefined;
  if (!found) throw snapshotRejected(`${place}/part`, `must be one of ${[...partSchemas().keys()].join(", ")}`);
  const validate = validators.schemas[found.name as keyof typeof validators.schemas];
  if (validate(part)) return part as unknown as SnapshotPart;
  const { issues } = issuesOf({ document, schema: found.schema, errors: validate.errors ?? [] }, (issue) => ({
    ...issue,
    pointer: place + issue.pointer.split("/").map(encodeURIComponent).join("/"),
  }));
  rejectBody(issues);
}
