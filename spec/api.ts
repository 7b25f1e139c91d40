/**
 * Types generated from the OpenAPI document, in the form that openapi-typescript gives them and openapi-fetch takes them:
 * `createClient<paths>({ baseUrl })`. The module holds types only.
 */
export type { components, operations, paths, webhooks } from "./generated/types.ts";
