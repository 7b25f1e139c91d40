import createClient from "openapi-fetch";
import { withoutPasswords } from "../../spec/shown-url.ts";
import type { components, paths } from "../control-plane/generated/types.ts";
import { ControlError } from "../controls/control-error.ts";
import { groupControls, type RemoteControls } from "../controls/control-groups.ts";
import type { ControlOperation } from "../controls/control-types.ts";
import { describedControl, splitInput } from "../controls/split-input.ts";
import { HttpRequest, sendRequest } from "./http-transport.ts";
import type { RemoteMock } from "./remote-mock.ts";

/** A client of the control plane: typed by its document, and independent of the globals that tests replace. */
export function createControlClient({ url, apiKey, controlToken }: RemoteMock) {
  return createClient<paths>({
    baseUrl: url,
    headers: {
      ...(apiKey === undefined ? {} : { Authorization: `Bearer ${apiKey}` }),
      ...(controlToken === undefined ? {} : { "Control-Token": controlToken }),
    },
    Request: HttpRequest as unknown as typeof Request,
    fetch: sendRequest as unknown as (request: Request) => Promise<Response>,
  });
}

/** The controls of a mock in another process. */
export function remoteControls(remote: RemoteMock): RemoteControls {
  const client = createControlClient(remote);
  const control =
    (operation: ControlOperation) =>
    async (input: unknown = {}) => {
      const { method, path } = describedControl(operation);
      const { body, ...params } = splitInput(operation, input);
      const options = { params, body } as never;
      return outputOf(client.request(method.toLowerCase() as "get", path as "/_mock/health", options), remote.url);
    };
  return groupControls(control) as RemoteControls;
}

/**
 * What the control plane returned.
 * @throws ControlError for an error
 */
export async function outputOf<Data>(
  response: Promise<{ readonly data?: Data; readonly error?: unknown }>,
  url: string,
): Promise<Data> {
  const { data, error } = await response.catch((failed: unknown) => {
    if (failed instanceof SyntaxError) return { data: undefined, error: undefined };
    throw failed;
  });
  if (data !== undefined) return data;
  if (isProblem(error)) throw new ControlError(error);
  throw new Error(`${withoutPasswords(url)} is not the URL of a running widgets-mock: it has no control plane.`);
}

function isProblem(error: unknown): error is components["schemas"]["Problem"] {
  return typeof error === "object" && error !== null && "detail" in error && "code" in error;
}
