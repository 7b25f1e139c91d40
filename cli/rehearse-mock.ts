import type { Answer } from "../mock/http/answer.ts";
import { bytesOf } from "../mock/http/answer.ts";
import { isBodyStream, type MockExchange } from "../mock/http/exchange.ts";
import { listen } from "../mock/http/listen.ts";
import type { JournalEntry, MockOptions } from "../mock/index.ts";
import { createMockOf } from "../mock/mock.ts";
import type { MockSetup, RunLog } from "../rehearsal/index.ts";
import type { WidgetsDocument } from "../spec/document.ts";
import { type Json, mergePatch } from "../spec/merge-patch.ts";
import { publishedDocument } from "../spec/published-document.ts";

/** A mock of one run. */
export interface RehearsalMock {
  readonly url: string;
  close(): Promise<void>;
}

const utf8 = new TextDecoder();

/**
 * Starts a mock on a free port, with what is different in a run, and logs what it is asked and answers.
 * @throws OptionError or DialectError
 */
export async function startRehearsalMock(setup: MockSetup, options: MockOptions, log: RunLog): Promise<RehearsalMock> {
  const { document: patch, ...different } = setup;
  const document = patch ? mergePatch(publishedDocument as unknown as Json, patch) : publishedDocument;
  const entries = new Map<string, JournalEntry>();
  const mock = createMockOf(document as unknown as WidgetsDocument, {
    ...options,
    ...different,
    console: false,
    observer: {
      onResponse: (entry) => void entries.set(entry.request_id, entry),
      onHappening: (happening) => log.addHappening(happening),
    },
  });
  const report = (exchange: MockExchange, answer: Answer): Answer => {
    const id = answer.headers?.["Request-Id"] ?? "";
    const entry = entries.get(id);
    entries.delete(id);
    if (entry && exchange.path.startsWith("/api/")) log.addExchange(exchangeOf(exchange, answer, entry));
    return answer;
  };
  const answer = (exchange: MockExchange) => {
    const given = mock.core.answer(exchange);
    return given instanceof Promise ? given.then((one) => report(exchange, one)) : report(exchange, given);
  };
  const { url, close } = await listen({ core: { ...mock.core, answer } });
  return {
    url,
    async close() {
      mock.close();
      await close();
    },
  };
}

function exchangeOf(
  { method, path, search, header, body }: MockExchange,
  answer: Answer,
  { request_id: requestId, operation, status, assumed, faults = [] }: JournalEntry,
) {
  return {
    requestId,
    method,
    path,
    search,
    operation,
    status,
    assumed,
    faults,
    idempotencyKey: header("idempotency-key"),
    replayed: answer.headers?.["Idempotency-Replayed"] === "true",
    requestBody: typeof body === "string" || isBodyStream(body) ? "" : utf8.decode(body),
    responseBody: typeof answer.body === "function" ? "" : utf8.decode(bytesOf(answer.body)),
  };
}
