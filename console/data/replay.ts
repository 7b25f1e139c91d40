import { accessHeaders, type ControlSchemas, mockUrl } from "./client.ts";

type Recorded = ControlSchemas["RecordedRequest"];

/** Headers that a client sets by itself, and credentials, which the journal does not show. */
const ownHeaders = /^(host|connection|content-length|accept-encoding|origin|referer|user-agent|sec-.*|authorization)$/i;

interface SentParts {
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | undefined;
}

function partsOf({ path, query = "", request }: Recorded): SentParts {
  const headers = request?.headers ?? [];
  return {
    url: `${mockUrl}${path}${query}`,
    headers: headers.filter(({ name }) => !ownHeaders.test(name)).map(({ name, value }) => [name, value] as const),
    body: request?.encoding === undefined ? request?.body : undefined,
  };
}

/** The command that sends a recorded request again. */
export function curlOf(recorded: Recorded): string {
  const { url, headers, body } = partsOf(recorded);
  const { Authorization } = accessHeaders();
  const needsKey = recorded.request?.headers.some(({ name }) => name.toLowerCase() === "authorization");
  return [
    `curl -X ${recorded.method} ${quoted(url)}`,
    ...(needsKey ? [`-H ${quoted(`Authorization: ${Authorization ?? "Bearer sk_test_demo"}`)}`] : []),
    ...headers.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(body === undefined || body === "" ? [] : [`--data-raw ${quoted(body)}`]),
  ].join(" \\\n  ");
}

/** A text for a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** True if a recorded request can be sent again as it was. */
export function canReplay({ request }: Recorded): boolean {
  return request !== undefined && request.missing === undefined && !request.truncated && request.encoding === undefined;
}

/**
 * Sends a recorded request again, with the key of the world that is shown.
 * @returns the id of the new request
 */
export async function replay(recorded: Recorded): Promise<string | undefined> {
  const { url, headers, body } = partsOf(recorded);
  const { Authorization } = accessHeaders();
  const init = {
    method: recorded.method,
    headers: { ...Object.fromEntries(headers), ...(Authorization && { Authorization }) },
  };
  const response = await fetch(url, body ? { ...init, body } : init);
  return response.headers.get("Request-Id") ?? undefined;
}
