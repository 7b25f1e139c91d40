import { listen } from "../mock/http/listen.ts";
import type { MockOptions } from "../mock/index.ts";
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

/**
 * Starts a mock on a free port, with what is different in a run, and logs what it is asked and answers.
 * @throws OptionError or DialectError
 */
export async function startRehearsalMock(setup: MockSetup, options: MockOptions, log: RunLog): Promise<RehearsalMock> {
  const { document: patch, ...different } = setup;
  const document = patch ? mergePatch(publishedDocument as unknown as Json, patch) : publishedDocument;
  const mock = createMockOf(document as unknown as WidgetsDocument, {
    ...options,
    ...different,
    console: false,
    observer: {
      onExchange: (exchange) => log.addExchange(exchange),
      onHappening: (happening) => log.addHappening(happening),
    },
  });
  const { url, close } = await listen(mock);
  return {
    url,
    async close() {
      mock.close();
      await close();
    },
  };
}
