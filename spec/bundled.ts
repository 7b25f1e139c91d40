import type { WidgetsDocument } from "./document.ts";
import openapi from "./generated/openapi.json" with { type: "json" };

/** The document as it is published, before any dialect. */
export const document = openapi as unknown as WidgetsDocument;
