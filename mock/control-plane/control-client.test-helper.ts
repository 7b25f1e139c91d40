import type { Mock } from "../index.ts";

/** What a test reads of the control plane's answer. */
export interface Controlled {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly body: any;
}

/** How a test talks to the control plane: with a key, or without where the key is undefined. */
export interface ControlClient {
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Controlled>;
  get(path: string, headers?: Record<string, string>): Promise<Controlled>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Controlled>;
}

/** A client of a mock's control plane; a text is sent as it is, anything else as JSON. */
export function controlOf(mock: Pick<Mock, "fetch">, key?: string): ControlClient {
  const call: ControlClient["call"] = async (method, path, body, headers = {}) => {
    const request = new Request(`http://mock.test/_mock${path}`, {
      method,
      headers: { ...(key === undefined ? {} : { authorization: `Bearer ${key}` }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const response = await mock.fetch(request);
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  return {
    call,
    get: (path, headers) => call("GET", path, undefined, headers),
    post: (path, body, headers) => call("POST", path, body, headers),
  };
}
