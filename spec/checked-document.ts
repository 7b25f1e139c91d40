import type { WidgetsDocument } from "./document.ts";

declare const isChecked: unique symbol;

/** A changed document that has passed the checks of `readDocument`. */
export type CheckedDocument = WidgetsDocument & { readonly [isChecked]: true };

/** Shared by copies of this module, such as the one in CommonJS. */
const mark = Symbol.for("widgets-mock.checked-document");

/** Marks a document that has passed the checks. What is made from it has to be checked again. */
export function markChecked(document: WidgetsDocument): CheckedDocument {
  Object.defineProperty(document, mark, { value: true });
  return document as CheckedDocument;
}

/** True if a document has passed the checks. */
export function isCheckedDocument(value: unknown): value is CheckedDocument {
  return typeof value === "object" && value !== null && mark in value;
}
