import { type ApiDocument, type Example, type Header, resolve } from "../../spec/document.ts";
import { isJsonObject, type Json } from "../../spec/merge-patch.ts";
import type { DescribedOperation } from "../../spec/operations.ts";
import type { Answer } from "../http/answer.ts";

/** The names of the examples of a response; undefined if the operation has no response with this status. */
export function examplesOf(operation: DescribedOperation, status: number): string[] | undefined {
  const response = operation.responses.get(status);
  return response && Object.keys(Object.values(response.content ?? {})[0]?.examples ?? {});
}

/** The request that a documented response is for. */
interface ExampleRequest {
  readonly document: ApiDocument;
  readonly operation: DescribedOperation;
  readonly requestId: string;
  /** What a problem says instead of the example's detail, which may be about another operation. */
  readonly detail?: string;
}

/** A response by its status, and by the name of an example (default: the first). */
interface WantedExample {
  readonly status: number;
  readonly example?: string | undefined;
}

/** Makes an answer from an example of the document. */
export function documentedAnswer(
  { document, operation, requestId, detail }: ExampleRequest,
  { status, example: name = examplesOf(operation, status)?.[0] }: WantedExample,
): Answer {
  const { content = {}, headers = {} } = operation.responses.get(status) ?? {};
  const [mediaType = "application/json", shape] = Object.entries(content)[0] ?? [];
  const example = name === undefined ? undefined : shape?.examples[name];
  const documented = example && resolve<Example>(document, example).value;
  const value = detail === undefined ? documented : withDetail(documented, detail);
  const text = value === undefined ? null : JSON.stringify(value);
  const code = codeOf(value);
  const exampleId = isJsonObject(value) ? value["request_id"] : undefined;
  return {
    status,
    // The example's request id may also stand inside its texts; this response has its own.
    body: typeof exampleId === "string" ? (text?.replaceAll(exampleId, requestId) ?? null) : text,
    mediaType,
    headers: {
      ...Object.fromEntries(
        Object.entries(headers).flatMap(([header, reference]) => {
          const { example: headerExample } = resolve<Header>(document, reference);
          return headerExample === undefined || header === "Request-Id" ? [] : [[header, String(headerExample)]];
        }),
      ),
    },
    ...(code === undefined ? {} : { code }),
  };
}

/** A problem document, or its envelope (A-ERR-1), with another detail; anything else as it is. */
function withDetail(body: Json | undefined, detail: string): Json | undefined {
  if (!isJsonObject(body)) return body;
  if (isJsonObject(body["error"])) return { ...body, error: { ...body["error"], message: detail } };
  return body["detail"] === undefined ? body : { ...body, detail };
}

function codeOf(body: Json | undefined): string | undefined {
  const problem = isJsonObject(body) && isJsonObject(body["error"]) ? body["error"] : body;
  return isJsonObject(problem) && typeof problem["code"] === "string" ? problem["code"] : undefined;
}
