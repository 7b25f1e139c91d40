import type { Json, JsonObject } from "../../spec/merge-patch.ts";
import { publishedDocument } from "../../spec/published-document.ts";

const lifecycle = publishedDocument["x-lifecycle"];

/** The document with other cells for an operation in some states. */
export function cells(operation: string, states: string | readonly string[], change: JsonObject): JsonObject {
  const changed = Object.fromEntries([states].flat().map((state) => [state, change]));
  return { "x-lifecycle": { operations: { [operation]: changed } } };
}

/** The document where the end of a crawl that succeeds does something else in a state. */
export function crawlEnds(state: string, change: JsonObject): JsonObject {
  return { "x-lifecycle": { crawl: { succeeds: { [state]: change } } } };
}

/** The document where a state shows another status. */
export function shows(states: string | readonly string[], status: string): JsonObject {
  return { "x-lifecycle": { states: Object.fromEntries([states].flat().map((state) => [state, { shows: status }])) } };
}

/** The document with one more state, in which everything is as in another. */
export function likeState(name: string, other: string): JsonObject {
  const copied = (table: { readonly [row: string]: { readonly [state: string]: unknown } }): JsonObject =>
    Object.fromEntries(
      Object.entries(table)
        .filter(([, row]) => other in row)
        .map(([row, { [other]: cell }]) => [row, { [name]: cell as Json }]),
    );
  return {
    "x-lifecycle": {
      states: { [name]: lifecycle.states[other] as unknown as Json },
      operations: copied(lifecycle.operations),
      crawl: copied(lifecycle.crawl),
    },
  };
}

/** The document where a delete leaves something, or takes more. */
export function cascade(removes: JsonObject): JsonObject {
  return { paths: { "/api/v1/widgets/{id}": { delete: { "x-cascade": { removes } } } } };
}
