import type { ServerResponse } from "node:http";

/** Why the proxy answers by itself: each has a status, and a title that says what is wrong. */
const problems = {
  bad_request: { status: 400, title: "The request cannot be forwarded" },
  loop: { status: 508, title: "The proxy forwards to itself" },
  staging_unreachable: { status: 502, title: "The server cannot be reached" },
  staging_failed: { status: 502, title: "The server did not complete its answer" },
  staging_timeout: { status: 504, title: "The server did not answer in time" },
  broken_answer: { status: 502, title: "The server's answer breaks a documented rule" },
} as const;

/** The code of a problem. */
export type ProxyProblem = keyof typeof problems;

/** A problem document (RFC 9457) of the proxy's own; its `code` begins none of the API's. */
export interface ProxyProblemDocument {
  readonly problem: ProxyProblem;
  readonly detail: string;
  /** What else it says, such as the rule that an answer breaks. */
  readonly members?: { readonly [name: string]: unknown };
}

/** The header that tells an answer of the proxy's own from one of the server's. */
export const ownAnswerHeader = "Widgets-Mock-Proxy";

/** The status, the headers and the body of a problem document. */
export function problemAnswer({ problem, detail, members = {} }: ProxyProblemDocument) {
  const { status, title } = problems[problem];
  const body = JSON.stringify({ type: "about:blank", title, status, code: `proxy_${problem}`, detail, ...members });
  const headers = {
    "Content-Type": "application/problem+json",
    "Content-Length": String(Buffer.byteLength(body)),
    "Cache-Control": "no-store",
    [ownAnswerHeader]: problem,
  };
  return { status, headers, body };
}

/** Answers with a problem document, where no answer has begun. */
export function sendProblem(response: ServerResponse, document: ProxyProblemDocument): void {
  const { status, headers, body } = problemAnswer(document);
  response.writeHead(status, headers).end(body);
}
