import { operationsOf } from "../../spec/operations.ts";
import { fetchOf, type MockFetch } from "../http/fetch.ts";
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
  /**
   * Answers a request to one of the URLs.
   * @throws TypeError if a fault breaks the connection
   */
  readonly answer: MockFetch;

  constructor({ core, dialect }: Pick<Mock, "core" | "dialect">, { baseUrl }: HandlerOptions = {}) {
    const base = baseUrl === undefined ? undefined : new URL(baseUrl).href.replace(/\/$/, "");
    const paths = [commonPath(operationsOf(dialect.document).map(({ path }) => path)), "/_mock", "/openapi.json"];
    const origin = base === undefined ? "[^:]+://[^/]+" : escaped(base);
    this.urls = new RegExp(`^${origin}(?:${paths.map(escaped).join("|")})(?:[/?].*)?$`);
    this.answer = fetchOf(core, base === undefined ? "" : new URL(base).pathname.replace(/\/$/, ""));
  }
}

/** The segments that all paths begin with: `/api/v1`. */
function commonPath([first = "", ...others]: readonly string[]): string {
  const isCommon = (path: string) => others.every((other) => other.startsWith(`${path}/`));
  let path = first;
  while (!isCommon(path)) path = path.slice(0, path.lastIndexOf("/"));
  return path;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
