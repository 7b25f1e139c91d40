import { randomUUID } from "node:crypto";

/** Sends a request again until it gets an answer: with one Idempotency-Key, so that it has its effect once. */
export function retryingFetch(fetch: typeof globalThis.fetch): (request: Request) => Promise<Response> {
  return async (request) => {
    const headers = new Headers(request.headers);
    headers.set("Idempotency-Key", randomUUID());
    const body = request.method === "GET" ? undefined : await request.text();
    for (let attempt = 0; attempt < 10; attempt++) {
      const answer = await fetch(request.url, { method: request.method, headers, ...(body ? { body } : {}) })
        .then(async (response) => ({ response, text: await response.text() }))
        .catch(() => undefined);
      const wait = answer?.response.headers.get("retry-after") ?? undefined;
      const { status = 0 } = answer?.response ?? {};
      if (answer && wait === undefined && status < 500) {
        // What is deleted again after its answer was lost is gone.
        if (request.method === "DELETE" && status === 404 && attempt > 0) return new Response(null, { status: 204 });
        const isEmpty = status === 204 || answer.text === "";
        return new Response(isEmpty ? null : answer.text, { status, headers: answer.response.headers });
      }
      await new Promise((resolve) => setTimeout(resolve, 1000 * Number(wait ?? 1)));
    }
    throw new Error(`${request.method} ${request.url} had no answer`);
  };
}
