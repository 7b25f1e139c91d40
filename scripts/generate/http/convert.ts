import Converter from "openapi-to-postmanv2";
import type { ApiDocument } from "../../../spec/document.ts";
import type { Json } from "../../../spec/merge-patch.ts";

/** A request of a Postman collection, as far as code reads it; the rest is taken over as the converter made it. */
export interface PostmanRequest {
  readonly method: string;
  readonly url: {
    readonly host: readonly string[];
    readonly path: readonly string[];
    readonly query: readonly { readonly key: string; readonly value: string; readonly disabled?: boolean }[];
    readonly variable: readonly { readonly key: string; readonly value: string }[];
  };
  readonly header: readonly { readonly key: string; readonly value: string; readonly disabled?: boolean }[];
  readonly body?: { readonly mode?: string; readonly raw?: string };
}

/** An item of a Postman collection: a request with examples of its answers, or a folder. */
export interface PostmanItem {
  readonly name: string;
  readonly request?: PostmanRequest;
  readonly response?: readonly { readonly code: number }[];
  readonly item?: readonly PostmanItem[];
}

/** A Postman collection, form 2.1. */
export interface PostmanCollection {
  readonly info: { readonly name: string; readonly schema: string; readonly description?: Json };
  readonly item: readonly PostmanItem[];
}

/** The document as a Postman collection, by Postman's own converter, with the document's examples as its values. */
export function asCollection(document: ApiDocument): Promise<PostmanCollection> {
  const options = { parametersResolution: "Example", folderStrategy: "Tags", enableOptionalParameters: false };
  return new Promise((resolve, reject) => {
    // The converter writes into what it is given.
    Converter.convertV2({ type: "json", data: structuredClone(document) }, options, (error, result) => {
      const data = result?.output?.[0]?.data;
      if (error || !result?.result || !data)
        reject(error ?? new Error(result?.reason ?? "The converter made nothing."));
      else resolve(withoutIds(data) as PostmanCollection);
    });
  });
}

/** Without the ids that the converter draws at random; Postman gives its own. */
function withoutIds(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(withoutIds);
  if (typeof part !== "object" || part === null) return part;
  const isNamed = "name" in part;
  return Object.fromEntries(
    Object.entries(part)
      .filter(([key]) => key !== "_postman_id" && !(key === "id" && isNamed))
      .map(([key, value]) => [key, withoutIds(value)]),
  );
}
