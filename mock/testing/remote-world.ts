import { controlClient } from "./control-client.ts";
import { type RemoteControls, remoteControls } from "./remote-controls.ts";

/** One organization of a mock that listens on a port, with the controls of its world. */
export interface RemoteWorld extends RemoteControls {
  /** Where the mock is reached, without a slash at the end. */
  readonly url: string;
  /** The organization's key, for the client under test. */
  readonly apiKey: string;
  /**
   * Asks the mock with the organization's key, as `fetch` does with a URL. A body of text counts as JSON; headers that
   * are given win.
   * @param path from the first slash, such as `/api/v1/widgets`
   */
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

/** The organization that a key belongs to, in a mock that somebody has started. */
export function remoteWorld(url: string, apiKey: string): RemoteWorld {
  return {
    ...remoteControls(controlClient(url, apiKey)),
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
