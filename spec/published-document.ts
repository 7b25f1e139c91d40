import type { WidgetsDocument } from "./document.ts";
import openapi from "./generated/openapi.json" with { type: "json" };

/** The OpenAPI document of the Widgets API, in the default dialect. */
export const publishedDocument = openapi as unknown as WidgetsDocument;
