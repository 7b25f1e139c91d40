import { afterEach } from "vitest";
import { createAnswerCheck } from "./answer-check.test-helper.ts";
import { document as controlDocument } from "./control-plane/document.ts";
import type { MockCore } from "./core.ts";
import type { Answer } from "./http/answer.ts";
import type { MockExchange } from "./http/exchange.ts";
import { fetchOf } from "./http/fetch.ts";
import { createMock, type Mock, type MockOptions } from "./index.ts";

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/**
 * Creates a mock whose every response is checked: those of the API against the document of the mock's dialect, those of
 * the control plane against its own. An invalid response fails the test that got it.
 */
export function checkedMock(options: MockOptions = {}): Mock {
  const errors: unknown[] = [];
  const mock = createMock({ clock: "manual", observer: { onError: (error) => errors.push(error) }, ...options });
  const api = createAnswerCheck(mock.dialect.document);
  const controlPlane = createAnswerCheck(controlDocument);
  open.push(() => {
    mock.close();
    api.dispose();
    controlPlane.dispose();
  });
  const check = async (exchange: MockExchange, answer: Answer): Promise<Answer> => {
    if (errors.length > 0) throw errors[0];
    const { path, method, origin, search } = exchange;
    const document = path.startsWith("/api/") ? api : path.startsWith("/_mock/") ? controlPlane : undefined;
    // A preflight is in no document, and a stream has no end.
    const isChecked = method !== "OPTIONS" && !answer.connection && typeof answer.body !== "function";
    if (document && isChecked) {
      await document.answer(new Request(`${origin}${path}${search}`, { method }), responseOf(exchange, answer));
    }
    return answer;
  };
  const core: MockCore = {
    ...mock.core,
    answer: async (exchange) => check(exchange, await mock.core.answer(exchange)),
  };
  return { ...mock, core, fetch: fetchOf(core) };
}

function responseOf({ method }: MockExchange, { status, headers = {}, body }: Answer): Response {
  return new Response(method === "HEAD" || typeof body === "function" ? null : body, { status, headers });
}
