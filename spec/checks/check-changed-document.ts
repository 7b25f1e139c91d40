import { parse } from "yaml";
import { type CheckedDocument, markChecked } from "../checked-document.ts";
import type { WidgetsDocument } from "../document.ts";
import subset from "../generated/subset.schema.json" with { type: "json" };
import type { Json, JsonObject } from "../merge-patch.ts";
import { publishedDocument } from "../published-document.ts";
import { compileValidators } from "../validators.ts";
import { checkCode } from "./check-code.ts";
import { checkDocument } from "./check-document.ts";
import { subsetCheck } from "./check-subset.ts";
import { checkTargets } from "./check-targets.ts";
import { DocumentError } from "./document-error.ts";

/** So many issues of a document are listed. */
const maxIssues = 20;

/**
 * Checks a changed document as the project's own is checked before anything is generated.
 * @param name for the message, such as that of its file
 * @throws DocumentError that lists what is wrong, each with its place
 */
export function checkChangedDocument(document: Json, name: string): CheckedDocument {
  const issues = issuesOf(document);
  if (issues.length === 0) return markChecked(document as unknown as WidgetsDocument);
  const more = issues.length > maxIssues ? [`and ${issues.length - maxIssues} more`] : [];
  throw new DocumentError(name, [...issues.slice(0, maxIssues), ...more]);
}

/**
 * Parses the text of a document.
 * @param file its name, which says whether it is JSON or YAML
 * @throws SyntaxError that names the file
 */
export function parseDocument(text: string, file: string): Json {
  const isJson = file.endsWith(".json");
  try {
    return isJson ? JSON.parse(text) : parse(text);
  } catch (error) {
    throw new SyntaxError(`${file} is not ${isJson ? "JSON" : "YAML"}: ${(error as Error).message}`);
  }
}

/** The issues of the first check that has some: each relies on those before it. */
function issuesOf(document: Json): string[] {
  const checkSubset = subsetCheck(subset as unknown as JsonObject);
  const widgets = document as unknown as WidgetsDocument;
  const checks = [
    () => checkSubset(document),
    () => checkTargets(document),
    () => checkCode(widgets, publishedDocument),
    () => checkDocument(document, checkSubset),
    () => checkCompiles(widgets),
  ];
  for (const check of checks) {
    const issues = check();
    if (issues.length > 0) return [...new Set(issues)];
  }
  return [];
}

function checkCompiles(document: WidgetsDocument): string[] {
  try {
    compileValidators(document);
    return [];
  } catch (error) {
    return [`#/components/schemas: ${(error as Error).message}`];
  }
}
