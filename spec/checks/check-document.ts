import type { WidgetsDocument } from "../document.ts";
import type { Json } from "../merge-patch.ts";
import { checkDialects } from "./check-dialects.ts";
import { checkReferences } from "./check-references.ts";
import { checkSchemas } from "./check-schemas.ts";
import type { SubsetCheck } from "./check-subset.ts";

/**
 * Checks a document of the Widgets API in every dialect and with every single choice.
 * @returns issues, each with its place
 */
export function checkDocument(document: Json, checkSubset: SubsetCheck): string[] {
  const check = (one: WidgetsDocument): string[] => {
    const issues = checkSubset(one as unknown as Json);
    return issues.length > 0 ? issues : [...checkReferences(one), ...checkSchemas(one)];
  };
  const widgets = document as unknown as WidgetsDocument;
  const issues = check(widgets);
  return issues.length > 0 ? issues : checkDialects(widgets, check);
}
