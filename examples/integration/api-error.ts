/** The service has rejected a request. The message is for people, `status` and `code` are for programs. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string | undefined;

  constructor(message: string, status: number, code: string | undefined) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * Returns the body of a successful response, or undefined where it has none.
 *
 * Any 2xx is a success, because the documentation names no status. It looks at the response rather than at
 * openapi-fetch's `error`, which is undefined for an error without a body.
 * @throws ApiError for any other response
 */
export function requireSuccess<Body>(
  doing: string,
  { data, error, response }: { data?: Body; error?: unknown; response: Response },
): Body | undefined {
  if (response.ok) return data;
  const { code, text } = explain(error);
  const parts = [`${doing} failed with ${response.status}`, code, text].filter(Boolean);
  throw new ApiError(parts.join(": "), response.status, code);
}

/** The form of an error is not documented: two usual ones are understood, and the beginning of any other is shown. */
function explain(body: unknown): { code: string | undefined; text: string | undefined } {
  const { error, code, detail, title } = membersOf(body);
  const { code: innerCode, message } = membersOf(error);
  return { code: firstText(innerCode, code), text: firstText(message, detail, title) ?? beginningOf(body) };
}

function membersOf(value: unknown): { readonly [name: string]: unknown } {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function firstText(...candidates: readonly unknown[]): string | undefined {
  return candidates.find((candidate) => typeof candidate === "string" && candidate !== "") as string | undefined;
}

function beginningOf(body: unknown): string | undefined {
  // A proxy may respond with a whole page of HTML.
  return (typeof body === "string" ? body : JSON.stringify(body))?.slice(0, 200);
}
