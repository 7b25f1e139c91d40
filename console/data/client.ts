import createClient from "openapi-fetch";
import type { paths as ControlPaths, components } from "../../mock/control-plane/generated/types.ts";
import type { paths as ApiPaths } from "../../spec/generated/types.ts";
import { apiKey, controlToken, isTokenNeeded } from "./session.ts";

/** The schemas of the control plane's document. */
export type ControlSchemas = components["schemas"];

/** The mock's address, without a slash at the end: the console stands two folders below it. */
export const mockUrl = new URL("../..", document.baseURI).href.replace(/\/$/, "");

/** A request that was rejected, or that got no answer. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  /** 0 if there was no answer. */
  readonly status: number;
  /** The problem document of the answer. */
  readonly problem: Partial<ControlSchemas["Problem"]>;

  constructor(message: string, status: number, problem: Partial<ControlSchemas["Problem"]> = {}) {
    super(message);
    this.status = status;
    this.problem = problem;
  }
}

/** The headers that show who asks: the key of the world that is shown, and the token of the control plane. */
export function accessHeaders(): Record<string, string> {
  return {
    ...(apiKey.value && { Authorization: `Bearer ${apiKey.value}` }),
    ...(controlToken.value && { "Control-Token": controlToken.value }),
  };
}

const send = async (request: Request): Promise<Response> => {
  for (const [name, value] of Object.entries(accessHeaders())) request.headers.set(name, value);
  return fetch(request);
};

/** A client of the control plane, typed by its document. */
export const control = createClient<ControlPaths>({ baseUrl: mockUrl, fetch: send });

/** The same for what concerns every organization, whichever world is shown: without its key. */
export const adminControl = createClient<ControlPaths>({
  baseUrl: mockUrl,
  fetch: async (request: Request) => {
    if (controlToken.value) request.headers.set("Control-Token", controlToken.value);
    return fetch(request);
  },
});

/** A client of the Widgets API, typed by its document. */
export const api = createClient<ApiPaths>({ baseUrl: mockUrl, fetch: send });

/**
 * Waits for an answer.
 * @throws RequestError unless it is a success
 */
export async function dataOf<Data>(
  answer: Promise<{ readonly data?: Data; readonly error?: unknown; readonly response: Response }>,
): Promise<Data> {
  const { data, error, response } = await answer.catch(() => {
    throw new RequestError("The mock does not answer. Is it still running?", 0);
  });
  if (response.ok) return data as Data;
  const problem = typeof error === "object" && error !== null ? (error as Partial<ControlSchemas["Problem"]>) : {};
  if (problem.code === "control_token_needed" || problem.code === "control_token_wrong") isTokenNeeded.value = true;
  throw new RequestError(problem.detail ?? `The mock answered ${response.status}.`, response.status, problem);
}
