import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { checkCode } from "../spec/checks/check-code.ts";
import { checkDocument } from "../spec/checks/check-document.ts";
import { subsetCheck } from "../spec/checks/check-subset.ts";
import { checkTargets } from "../spec/checks/check-targets.ts";
import { DocumentError } from "../spec/checks/document-error.ts";
import type { WidgetsDocument } from "../spec/document.ts";
import subset from "../spec/generated/subset.schema.json" with { type: "json" };
import type { Json, JsonObject } from "../spec/merge-patch.ts";
import { publishedDocument } from "../spec/published-document.ts";
import { compileValidators } from "../spec/validators.ts";
import { UsageError } from "./command-line/command.ts";

/** So many issues of a document are listed. */
const maxIssues = 20;

/**
 * Reads a changed document, JSON or YAML, and checks it as the project's own is checked before anything is generated.
 * @param source where it was given, such as `--document`
 * @throws UsageError that lists what is wrong, each with its place
 */
export function readDocument(file: string, source: string): WidgetsDocument {
  const document = parseDocument(file, source);
  const issues = issuesOf(document);
  if (issues.length === 0) return document as unknown as WidgetsDocument;
  const more = issues.length > maxIssues ? [`and ${issues.length - maxIssues} more`] : [];
  throw new UsageError(`${source}: ${new DocumentError(file, [...issues.slice(0, maxIssues), ...more]).message}`);
}

function parseDocument(file: string, source: string): Json {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`${source}: ${(error as Error).message}`);
  }
  const isJson = file.endsWith(".json");
  try {
    return isJson ? JSON.parse(text) : parse(text);
  } catch (error) {
    throw new UsageError(`${source}: ${file} is not ${isJson ? "JSON" : "YAML"}: ${(error as Error).message}`);
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
