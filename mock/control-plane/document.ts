import type { ApiDocument, ProblemType } from "../../spec/document.ts";
import openapi from "./generated/openapi.json" with { type: "json" };

/** The control plane's own document. */
export const document = openapi as unknown as ApiDocument & {
  readonly "x-problems": { readonly [name: string]: ProblemType };
};
