import { HttpResponse, http, type RequestHandler } from "msw";
import { createMock, type Mock } from "../mock.ts";

/** Where the handlers answer. */
export interface HandlerOptions {
  /**
   * The API's address as the client under test has it, such as `https://api.example.com/widgets-service`; its path is
   * taken away before the mock is asked. Without it any origin will do.
   * @throws TypeError where it is no absolute URL
   */
  readonly baseUrl?: string;
}

/**
 * Handlers for MSW, with which a mock answers all that it has: the API, `/_mock` and `/openapi.json`. A connection that
 * a fault breaks is a network error.
 * @param mock makes one with the defaults where none is given
 */
export function handlers(
  mock: Pick<Mock, "fetch"> = createMock(),
  { baseUrl }: HandlerOptions = {},
): readonly RequestHandler[] {
  const base = baseUrl === undefined ? undefined : new URL(baseUrl).href.replace(/\/$/, "");
  const prefix = base === undefined ? "" : new URL(base).pathname.replace(/\/$/, "");
  const paths = new RegExp(`^${base === undefined ? "[^:]+://[^/]+" : escaped(base)}${ofTheMock.source}$`);
  return [
    http.all(paths, async ({ request }) =>
      withPrefix(await answer(mock, await withoutPrefix(request, prefix)), prefix),
    ),
  ];
}

const ofTheMock = /(?:\/api\/v1|\/_mock|\/openapi\.json)(?:\/.*)?/;

async function answer({ fetch }: Pick<Mock, "fetch">, request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    // As fetch says it: the connection broke before an answer.
    if (error instanceof TypeError) return HttpResponse.error();
    throw error;
  }
}

async function withoutPrefix(request: Request, prefix: string): Promise<Request> {
  if (prefix === "") return request;
  const url = new URL(request.url);
  url.pathname = url.pathname.slice(prefix.length);
  const { method, headers, signal } = request;
  // Its bytes, since not every browser can send a stream.
  const body = await request.arrayBuffer();
  return new Request(url, { method, headers, signal, ...(body.byteLength > 0 ? { body } : {}) });
}

/** A `Location` is a path of the mock's own, which does not know the prefix. */
function withPrefix(response: Response, prefix: string): Response {
  const location = response.headers.get("location");
  if (prefix !== "" && location?.startsWith("/")) response.headers.set("location", prefix + location);
  return response;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
