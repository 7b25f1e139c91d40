import { afterEach } from "vitest";
import { createAnswerCheck } from "./answer-check.test-helper.ts";
import { document as controlDocument } from "./control-plane/document.ts";
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
  const fetch = async (request: Request) => {
    const response = await mock.fetch(request);
    if (errors.length > 0) throw errors[0];
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/api/") && request.method !== "OPTIONS") await api.answer(request, response);
    if (pathname.startsWith("/_mock/") && !isStream(response)) await controlPlane.answer(request, response);
    return response;
  };
  return { ...mock, fetch, answer: fetch };
}

function isStream({ headers }: Response): boolean {
  return headers.get("content-type") === "text/event-stream";
}
