/** The service has refused a request; the message is for people, `status` and `code` are for programs. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  readonly status: number;
  readonly code: string | undefined;

  constructor(message: string, status: number, code: string | undefined) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * Gives the body of a success, undefined where there is none.
 *
 * It asks for any 2xx, because the page names no status; and it asks the response rather than openapi-fetch's `error`,
 * which is undefined for a refusal without a body too.
 * @throws RefusedError for any other answer.
 */
export function accepted<Body>(
  doing: string,
  { data, error, response }: { data?: Body; error?: unknown; response: Response },
): Body | undefined {
  if (response.ok) return data;
  const { code, text } = explain(error);
  const parts = [`${doing} was refused with ${response.status}`, code, text].filter(Boolean);
  throw new RefusedError(parts.join(": "), response.status, code);
}

/** How a refusal's body looks is not published: two usual forms are understood, and of any other the beginning is shown. */
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
  // A proxy in between may answer with a whole page of HTML.
  return (typeof body === "string" ? body : JSON.stringify(body))?.slice(0, 200);
}
