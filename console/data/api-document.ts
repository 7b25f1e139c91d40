import { signal } from "@preact/signals";
import type { ApiDocument, Rule } from "../../spec/generated/document-types.ts";
import { mockUrl } from "./client.ts";

/** The document that the mock serves: rules, life cycle and schemas of its dialect. Undefined until it is loaded. */
export const apiDocument = signal<ApiDocument | undefined>(undefined);

/** Loads the document, once. */
export async function loadApiDocument(): Promise<void> {
  const response = await fetch(`${mockUrl}/openapi.json`);
  apiDocument.value = await response.json();
}

/** The rule with an id. */
export function ruleOf(id: string): Rule | undefined {
  return apiDocument.value?.["x-rules"]?.[id];
}
