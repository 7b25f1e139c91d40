import { resolveDialect } from "../../spec/dialect.ts";
import type { WidgetsDocument } from "../../spec/document.ts";
import { offersOf } from "./offers.ts";

/** The status word that the document has for a state. */
export function statusWordOf(document: WidgetsDocument, state: string): string | undefined {
  return document["x-lifecycle"].states[state]?.shows ?? undefined;
}

/** From words that a widget may show whose first crawl has failed to the choice that says so. */
export type FailureWords = ReadonlyMap<string, string>;

/** The words for a failed first crawl, read from the document as each choice of A-FAIL-1 has it. */
export function failureWords(document: WidgetsDocument): FailureWords {
  const offer = offersOf(document).find(({ rule }) => rule === "A-FAIL-1");
  return new Map(
    (offer?.choices ?? []).flatMap(({ choice }) => {
      const word = statusWordOf(resolveDialect(document, { "A-FAIL-1": choice }).document, "draft-failed");
      return word === undefined ? [] : [[word, choice] as const];
    }),
  );
}
