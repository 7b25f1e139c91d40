import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "../../spec/generated/types.ts";

export type WidgetsClient = Client<paths>;
export type Widget = components["schemas"]["Widget"];

export interface ClientOptions {
  readonly baseUrl: string;
  readonly apiKey: string;
  /** Sends a request. A test passes the mock's own function, so that no port is opened. */
  readonly fetch?: (request: Request) => Promise<Response>;
}

/** A deadline for each request, because no other deadline here can end a request that gets no response. */
const requestTimeoutMs = 30_000;

/**
 * Makes a client whose requests are type-checked against the OpenAPI document. How a key is sent is not documented; a
 * bearer token is an assumption.
 */
export function makeClient({ baseUrl, apiKey, fetch = globalThis.fetch }: ClientOptions): WidgetsClient {
  return createClient<paths>({
    baseUrl,
    headers: { Authorization: `Bearer ${apiKey}` },
    fetch: (request) => fetch(new Request(request, { signal: AbortSignal.timeout(requestTimeoutMs) })),
  });
}
