import { type ApiDocument, type Example, type Header, resolve } from "../../spec/document.ts";
import { isJsonObject, type Json } from "../../spec/merge-patch.ts";
import type { DescribedOperation } from "../../spec/operations.ts";
import type { ResponseData } from "../api-response.ts";

/** An answer made of a document's examples. */
export interface DocumentedResponse extends ResponseData {
  /** The problem's code, where it is one. */
  readonly code: string | undefined;
}

/** The names of the examples that an operation's answer with a status has; undefined where it has no such answer. */
export function examplesOf(operation: DescribedOperation, status: number): string[] | undefined {
  const response = operation.responses.get(status);
  return response && Object.keys(Object.values(response.content ?? {})[0]?.examples ?? {});
}

/**
 * The answer that a document gives as an example.
 * @param name which example; the first where it is left out
 */
export function documentedResponse(
  document: ApiDocument,
  operation: DescribedOperation,
  status: number,
  requestId: string,
  name: string | undefined = examplesOf(operation, status)?.[0],
): DocumentedResponse {
  const { content = {}, headers = {} } = operation.responses.get(status) ?? {};
  const [mediaType = "application/json", shape] = Object.entries(content)[0] ?? [];
  const example = name === undefined ? undefined : shape?.examples[name];
  const value = example && resolve<Example>(document, example).value;
  const text = value === undefined ? null : JSON.stringify(value);
  const exampleId = isJsonObject(value) ? value["request_id"] : undefined;
  return {
    status,
    // Where the example names its request, in its words too, this answer names its own.
    body: typeof exampleId === "string" ? (text?.replaceAll(exampleId, requestId) ?? null) : text,
    mediaType: mediaType as ResponseData["mediaType"],
    headers: {
      ...Object.fromEntries(
        Object.entries(headers).flatMap(([header, reference]) => {
          const { example: shown } = resolve<Header>(document, reference);
          return shown === undefined || header === "Request-Id" ? [] : [[header, String(shown)]];
        }),
      ),
    },
    code: codeOf(value),
  };
}

function codeOf(body: Json | undefined): string | undefined {
  const problem = isJsonObject(body) && isJsonObject(body["error"]) ? body["error"] : body;
  return isJsonObject(problem) && typeof problem["code"] === "string" ? problem["code"] : undefined;
}
