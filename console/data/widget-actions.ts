import { accessHeaders, mockUrl } from "./client.ts";

/** The answer to a request that the console has sent to the API. */
export interface SentAnswer {
  readonly status: number;
  readonly requestId: string | undefined;
  /** The code and the text of an error. */
  readonly code: string | undefined;
  readonly detail: string | undefined;
}

const requests: { readonly [operation: string]: readonly [method: string, pathAfterId: string] } = {
  pauseWidget: ["POST", "/pause"],
  resumeWidget: ["POST", "/resume"],
  recrawlWidget: ["POST", "/recrawl"],
  deleteWidget: ["DELETE", ""],
};

/** The operations that the console sends without asking for more, in this order. */
export const widgetOperations = [...Object.keys(requests), "startConversation"];

/** Sends an operation on a widget to the API as it is, so that a refusal shows as a client would see it. */
export async function sendOperation(operation: string, id: string): Promise<SentAnswer> {
  const [method, rest] = requests[operation] ?? ["POST", ""];
  const path = requests[operation] ? `/api/v1/widgets/${id}${rest}` : `/api/v1/public/widgets/${id}/conversations`;
  const { Authorization } = accessHeaders();
  const response = await fetch(`${mockUrl}${path}`, { method, ...(Authorization && { headers: { Authorization } }) });
  const body = await response.json().catch(() => undefined);
  const problem = response.ok ? undefined : (body?.error ?? body);
  return {
    status: response.status,
    requestId: response.headers.get("Request-Id") ?? undefined,
    code: problem?.code,
    detail: problem?.detail ?? problem?.message,
  };
}
