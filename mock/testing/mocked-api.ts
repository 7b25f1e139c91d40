import type { Mock } from "../mock.ts";

/** What of the network a mock stands in for. */
export interface HandlerOptions {
  /**
   * Base URL of the API in the client under test, such as `https://api.example.com/widgets-service`. Its path is removed
   * before the mock is asked. By default any origin is handled.
   * @throws TypeError unless it is an absolute URL
   */
  readonly baseUrl?: string;
}

/** A mock that answers for the API in this process: under which URLs, and how. */
export class MockedApi {
  /** The URLs that the mock answers: the API, `/_mock` and `/openapi.json`. */
  readonly urls: RegExp;
  readonly #mock: Pick<Mock, "fetch">;
  readonly #prefix: string;

  constructor(mock: Pick<Mock, "fetch">, { baseUrl }: HandlerOptions = {}) {
    const base = baseUrl === undefined ? undefined : new URL(baseUrl).href.replace(/\/$/, "");
    this.#mock = mock;
    this.#prefix = base === undefined ? "" : new URL(base).pathname.replace(/\/$/, "");
    this.urls = new RegExp(`^${base === undefined ? "[^:]+://[^/]+" : escaped(base)}${mockPaths.source}$`);
  }

  /**
   * Answers a request to one of the URLs.
   * @throws TypeError if a fault breaks the connection
   */
  async answer(request: Request): Promise<Response> {
    return withPrefix(await this.#mock.fetch(await withoutPrefix(request, this.#prefix)), this.#prefix);
  }
}

const mockPaths = /(?:\/api\/v1|\/_mock|\/openapi\.json)(?:[/?].*)?/;

async function withoutPrefix(request: Request, prefix: string): Promise<Request> {
  if (prefix === "") return request;
  const url = new URL(request.url);
  url.pathname = url.pathname.slice(prefix.length);
  const { method, headers, signal } = request;
  // Its bytes, since not every browser can send a stream.
  const body = await request.arrayBuffer();
  return new Request(url, { method, headers, signal, ...(body.byteLength > 0 ? { body } : {}) });
}

/** Adds the prefix to `Location`, which is a path of the mock's own. */
function withPrefix(response: Response, prefix: string): Response {
  const location = response.headers.get("location");
  if (prefix !== "" && location?.startsWith("/")) response.headers.set("location", prefix + location);
  return response;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
