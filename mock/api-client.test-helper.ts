import type { Mock } from "./index.ts";

/** A response as tests read it. */
export interface TestResponse {
  readonly status: number;
  readonly headers: Headers;
  /** The JSON body; null where there is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly body: any;
}

/** A client of a mock with the API key of one organization. */
export interface ApiClient {
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<TestResponse>;
  get(path: string): Promise<TestResponse>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<TestResponse>;
  patch(path: string, body: unknown, headers?: Record<string, string>): Promise<TestResponse>;
  delete(path: string): Promise<TestResponse>;
  /** Creates a widget and returns its id. */
  create(more?: object): Promise<string>;
  /** Creates a widget, ends its first crawl and returns its id. */
  createActive(more?: object): Promise<string>;
}

export const widgets = "/api/v1/widgets";
export const site = "https://northwindcatering.example";

/** A client of a mock on a manual clock. */
export function clientOf(mock: Mock, key = "sk_test_one"): ApiClient {
  const call: ApiClient["call"] = async (method, path, body, headers = {}) => {
    const response = await mock.fetch(
      new Request(`http://mock.test${path}`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      }),
    );
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === "" ? null : JSON.parse(text) };
  };
  const create = async (more: object = {}): Promise<string> => {
    const { body } = await call("POST", widgets, { name: "Northwind Catering", site_url: site, ...more });
    return body.id;
  };
  return {
    call,
    get: (path) => call("GET", path),
    post: (path, body, headers) => call("POST", path, body, headers),
    patch: (path, body, headers) => call("PATCH", path, body, headers),
    delete: (path) => call("DELETE", path),
    create,
    async createActive(more) {
      const id = await create(more);
      mock.clock.advance({ seconds: 3600 });
      return id;
    },
  };
}
