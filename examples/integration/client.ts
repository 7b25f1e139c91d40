import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "../../spec/generated/types.ts";

export type WidgetsClient = Client<paths>;
export type Widget = components["schemas"]["Widget"];

export interface ClientOptions {
  readonly baseUrl: string;
  readonly apiKey: string;
  /** What sends a request; a test hands over the mock's own function, and no port is opened. */
  readonly fetch?: (request: Request) => Promise<Response>;
}

/** No deadline of ours can end a request that never answers, so each request has its own. */
const requestTimeoutMs = 30_000;

/**
 * Makes a client whose calls are checked against the OpenAPI document while the code is compiled. How a key is sent is
 * not published; a bearer token is the assumption.
 */
export function makeClient({ baseUrl, apiKey, fetch = globalThis.fetch }: ClientOptions): WidgetsClient {
  return createClient<paths>({
    baseUrl,
    headers: { Authorization: `Bearer ${apiKey}` },
    fetch: (request) => fetch(new Request(request, { signal: AbortSignal.timeout(requestTimeoutMs) })),
  });
}
