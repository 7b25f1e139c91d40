import { HttpResponse, http, type RequestHandler } from "msw";
import { createMock, type Mock } from "../mock.ts";
import { type HandlerOptions, MockedApi } from "./mocked-api.ts";

export type { HandlerOptions } from "./mocked-api.ts";

/**
 * Creates request handlers for MSW, with which a mock answers all that it has: the API, `/_mock` and `/openapi.json`. A
 * connection that a fault breaks is a network error.
 * @param mock by default one with the default options
 */
export function handlers(
  mock: Pick<Mock, "core" | "dialect"> = createMock(),
  options: HandlerOptions = {},
): readonly RequestHandler[] {
  const api = new MockedApi(mock, options);
  return [http.all(api.urls, ({ request }) => api.answer(request).catch(networkError))];
}

function networkError(error: unknown): Response {
  // As fetch says it: the connection broke before a response.
  if (error instanceof TypeError) return HttpResponse.error();
  throw error;
}
