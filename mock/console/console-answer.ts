import { pageHeaders } from "../../spec/text/page-headers.ts";
import { guardPage } from "../control-plane/guard.ts";
import { controlProblems } from "../control-plane/problems.ts";
import type { Engine } from "../engine.ts";
import type { Answer } from "../http/answer.ts";
import type { MockExchange } from "../http/exchange.ts";
import { Refusal, refusalAnswer } from "../refusal.ts";
import { type ConsoleFiles, readConsoleFiles } from "./console-files.ts";
import { demoPageAt } from "./demo-pages.ts";

const folder = "/_mock/console/";

/** Read once, when the console is first opened. */
let files: ConsoleFiles | undefined;

/** Answers a request for a file of the console or a page of the demo. Such requests are not recorded, and use up no id. */
export function consoleAnswer(engine: Engine, exchange: MockExchange): Answer {
  try {
    guardPage(engine, exchange);
    return fileAnswer(engine, exchange);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { mediaType = "application/problem+json", ...answer } = refusalAnswer(
      controlProblems(engine),
      error,
      "req_0",
    );
    return { ...answer, headers: { ...answer.headers, ...pageHeaders(""), "Content-Type": mediaType } };
  }
}

function fileAnswer({ dialect }: Engine, { method, path }: MockExchange): Answer {
  if (path === folder.slice(0, -1))
    return { status: 308, body: null, headers: { ...pageHeaders(""), Location: folder } };
  files ??= readConsoleFiles();
  const page = demoPageAt(dialect.document["x-embed"], path);
  const name = page?.file ?? (path.startsWith(folder) ? path.slice(folder.length) || "index.html" : "");
  const text = Object.hasOwn(files, name) ? files[name] : undefined;
  if (text === undefined) throw new Refusal("no_control", { values: { path } });
  if (method !== "GET" && method !== "HEAD") {
    const allow = "GET, HEAD";
    throw new Refusal("method_not_allowed", { values: { method, path, allow }, headers: { Allow: allow } });
  }
  const body = page ? text.replace("<!-- script tag -->", page.scriptTag) : text;
  return { status: 200, body, headers: pageHeaders(name, page?.isFramed ? "self" : "none") };
}
