import { request } from "node:http";
import { text } from "node:stream/consumers";
import type { components } from "../control-plane/generated/types.ts";

/** A call to the control plane that the mock has refused; the message is the problem's detail. */
export class ControlError extends Error {
  override readonly name = "ControlError";
  readonly status: number;
  /** The problem's code, such as `validation_error`. */
  readonly code: string;

  constructor({ detail, status, code }: Pick<components["schemas"]["Problem"], "detail" | "status" | "code">) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

/**
 * Calls the control plane for one organization and gives what it answers.
 * @param path what stands behind `/_mock`
 * @throws ControlError for a refusal
 */
export type ControlClient = <Answer>(method: string, path: string, body?: object) => Promise<Answer>;

/**
 * Makes one for the mock at an address. It goes by Node's own HTTP: `fetch` is what a test stubs, and what a simulated
 * browser replaces by one that asks for leave to cross origins.
 */
export function controlClient(url: string, apiKey: string): ControlClient {
  return async (method, path, body) => {
    const { status, content } = await send(`${url}/_mock${path}`, method, apiKey, body);
    const answer = JSON.parse(content);
    if (status >= 400) throw new ControlError(answer);
    return answer;
  };
}

function send(
  url: string,
  method: string,
  apiKey: string,
  body?: object,
): Promise<{ status: number; content: string }> {
  const sent = body === undefined ? "" : JSON.stringify(body);
  const headers = { authorization: `Bearer ${apiKey}`, "content-length": Buffer.byteLength(sent) };
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers }, (incoming) => {
      text(incoming).then((content) => resolve({ status: incoming.statusCode ?? 0, content }), reject);
    });
    outgoing.once("error", reject);
    outgoing.end(sent);
  });
}
