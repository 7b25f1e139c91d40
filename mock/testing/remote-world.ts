import type { RemoteControls } from "../controls/control-groups.ts";
import { remoteControls } from "./remote-controls.ts";
import type { RemoteMock } from "./remote-mock.ts";

/** One organization of a mock in another process, with the controls of its world. */
export type RemoteWorld = RemoteControls & {
  /** The URL of the mock, without a slash at the end. */
  readonly url: string;
  /** The API key of the organization, for the client under test. */
  readonly apiKey: string;
  /**
   * Sends a request with the organization's key, as `fetch` does with a URL. A text body is sent as JSON; headers that are
   * given take precedence.
   * @param path such as `/api/v1/widgets`
   */
  fetch(path: string, init?: RequestInit): Promise<Response>;
};

/** Connects to the organization of an API key, in a mock that is running. */
export function remoteWorld(url: string, apiKey: string, options: Pick<RemoteMock, "controlToken"> = {}): RemoteWorld {
  return {
    ...remoteControls({ url, apiKey, ...options }),
    url,
    apiKey,
    fetch(path, init = {}) {
      const headers = new Headers(init.headers);
      if (!headers.has("authorization")) headers.set("authorization", `Bearer ${apiKey}`);
      if (typeof init.body === "string" && !headers.has("content-type"))
        headers.set("content-type", "application/json");
      return fetch(`${url}${path}`, { ...init, headers });
    },
  };
}
