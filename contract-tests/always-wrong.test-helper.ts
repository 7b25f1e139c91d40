import { expect } from "vitest";
import type { RuleId } from "../spec/generated/rules.ts";
import { operationsOf } from "../spec/operations.ts";
import { publishedDocument } from "../spec/published-document.ts";
import { watchedTarget } from "./guest.test-helper.ts";
import { groupOf } from "./report/report.ts";
import { at } from "./subjects/call.test-helper.ts";
import { run } from "./verify.ts";

/** The rule that says of each operation that it works. */
const ruleOf: { readonly [operation: string]: RuleId } = {
  createWidget: "CREATE-1",
  listWidgets: "SCOPE-3",
  getWidget: "GET-1",
  updateWidget: "UPDATE-1",
  pauseWidget: "PAUSE-1",
  resumeWidget: "PAUSE-2",
  recrawlWidget: "RECRAWL-1",
  deleteWidget: "DELETE-1",
};

const html = { status: 200, headers: { "content-type": "text/html" } };

/** What an operation answers always. Nothing is done. */
const wrongAnswers: { readonly [what: string]: () => Response | Promise<Response> } = {
  "500": () => Response.json({ error: "internal" }, { status: 500 }),
  "404": () => Response.json({ error: "not found" }, { status: 404 }),
  "405": () => Response.json({ error: "method not allowed" }, { status: 405 }),
  "501": () => new Response(null, { status: 501 }),
  "a page with 200": () => new Response("<h1>Welcome</h1>", html),
  "nothing with 200": () => new Response("", { status: 200 }),
  "no answer": () => new Promise(() => undefined),
};

/** What is accepted and has no effect breaks the rule that says what the effect is. */
function ruleFor(operation: string, what: string): string | undefined {
  if (what !== "nothing with 200") return ruleOf[operation];
  return { updateWidget: "UPDATE-5", createWidget: "CREATE-2" }[operation] ?? ruleOf[operation];
}

const operations = operationsOf(publishedDocument)
  .map(({ id }) => id)
  .filter((id) => ruleOf[id] !== undefined);
/** Each operation with each wrong answer. */
export const alwaysWrong = operations
  .flatMap((operation) => Object.keys(wrongAnswers).map((what) => [operation, what] as const))
  // A recrawl may be answered so, and what comes of it only an adapter shows.
  .filter((row) => row.join() !== "recrawlWidget,nothing with 200");

/** A mock of which an operation always gives a wrong answer. */
export function targetThatIsWrong(operation: string, what: string) {
  return watchedTarget((request, answer) => {
    const { pathname } = new URL(request.url);
    const call = at(pathname, { origin: "", method: request.method, query: {}, headers: {}, text: undefined });
    return call.operation === operation ? Promise.resolve(wrongAnswers[what]?.() as Response) : answer();
  });
}

/** What is found out before a run takes its own time. */
export const noPreflight = { exchanges: [], notes: [] };

/** Fails unless an operation that always gives a wrong answer is named under its own rule. */
export async function expectNamed(operation: string, what: string): Promise<void> {
  const { target } = targetThatIsWrong(operation, what);
  const group = groupOf(ruleOf[operation] ?? "");
  const rules = (Object.keys(publishedDocument["x-rules"]) as RuleId[]).filter((rule) => groupOf(rule) === group);
  const { report } = await run(target, {
    ...{ nonce: "n1", effort: "quick", rules, answerTimeoutMs: 150 },
    preflight: noPreflight,
  });
  const failed = report.rules.filter(({ verdict }) => verdict === "fail").map(({ id }) => id);
  expect(failed).toEqual([ruleFor(operation, what)]);
  expect(report.exitCode).toBe(1);
}
