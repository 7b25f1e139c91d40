import { guardPage } from "../control-plane/guard.ts";
import { controlProblems } from "../control-plane/problems.ts";
import type { Engine } from "../engine.ts";
import type { Answer } from "../http/answer.ts";
import type { MockExchange } from "../http/exchange.ts";
import { Refusal, refusalAnswer } from "../refusal.ts";
import { type ConsoleFiles, readConsoleFiles } from "./console-files.ts";

/** The page runs its own script alone, and talks to this mock alone. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const protection = {
  "Content-Security-Policy": contentSecurityPolicy,
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cache-Control": "no-cache",
};

const mediaTypes: { readonly [extension: string]: string } = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
};

const folder = "/_mock/console/";

/** Read once, when the console is first opened. */
let files: ConsoleFiles | undefined;

/** Answers a request for a file of the console. Such requests are not recorded, and use up no id. */
export function consoleAnswer(engine: Engine, exchange: MockExchange): Answer {
  try {
    guardPage(exchange, engine.controlToken);
    return fileAnswer(exchange);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { mediaType = "application/problem+json", ...answer } = refusalAnswer(
      controlProblems(engine),
      error,
      "req_0",
    );
    return { ...answer, headers: { ...answer.headers, ...protection, "Content-Type": mediaType } };
  }
}

function fileAnswer({ method, path }: MockExchange): Answer {
  if (path === folder.slice(0, -1)) return { status: 308, body: null, headers: { ...protection, Location: folder } };
  files ??= readConsoleFiles();
  const name = path.slice(folder.length) || "index.html";
  const body = Object.hasOwn(files, name) ? files[name] : undefined;
  if (body === undefined) throw new Refusal("no_control", { values: { path } });
  if (method !== "GET" && method !== "HEAD") {
    const allow = "GET, HEAD";
    throw new Refusal("method_not_allowed", { values: { method, path, allow }, headers: { Allow: allow } });
  }
  const type = mediaTypes[name.split(".").at(-1) ?? ""] ?? "text/plain";
  return { status: 200, body, headers: { ...protection, "Content-Type": type } };
}
