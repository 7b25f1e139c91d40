import type { components } from "../control-plane/generated/types.ts";
import type { CoverageItem, CoverageKind } from "./coverage-items.ts";

/** Something that the tests of a client should meet, and how. */
export type CoverageTodo = components["schemas"]["CoverageTodo"];

interface KindToDo {
  /** To be read before a list of items. */
  readonly says: string;
  readonly how: string;
}

/** What to do about each kind, in the order of what is missed most. A kind that is left out does not compile. */
const kinds: { readonly [kind in CoverageKind]: KindToDo } = {
  transition: {
    says: "Your tests never saw",
    how: "Call the operation in that state; a crawl fails for a site_url at fail.test, or with `widgets-mock ctl crawl end --fail`.",
  },
  page: { says: "Your tests never saw", how: "List with a small `limit`, or start with the scenario `two-pages`." },
  event: {
    says: "Your tests never received",
    how: "Add an endpoint with `widgets-mock ctl webhooks add <url>`, and end a crawl.",
  },
  delivery: {
    says: "Your tests never had",
    how: "Set delivery faults of the endpoint: duplicate, reorder, delaySeconds, drop, corruptSignature.",
  },
  retry: {
    says: "Your tests never sent",
    how: "Inject a fault with `widgets-mock ctl faults add --status 503 --calls 1`, and let the client wait.",
  },
  replay: { says: "Your tests never got", how: "Send a request twice with the same Idempotency-Key." },
  connection: {
    says: "Your tests never met",
    how: "Inject a fault with `widgets-mock ctl faults add --connection reset --calls 1`; `--carried-out` loses the answer alone.",
  },
  state: { says: "Your tests never saw", how: "Move a widget there, then read it." },
  operation: { says: "Your tests never called", how: "Call it." },
  answer: {
    says: "Your tests never got",
    how: "Ask for an answer with the header `Prefer: code=<status>`, or inject a fault with that status.",
  },
  assumption: {
    says: "No answer to your tests relied on",
    how: "`widgets-mock spec --rules` prints them all, with their choices.",
  },
};

/** What a client does although it was told otherwise, by the kind of item. */
const disregards: { readonly [kind in CoverageKind]?: KindToDo } = {
  retry: {
    says: "Your client came again before Retry-After was over:",
    how: "Wait as many seconds as Retry-After says before the same request is sent again.",
  },
  delivery: {
    says: "Your receiver accepted what it should reject:",
    how: "Verify the signature over the bytes as they came, and answer 401 if it is wrong.",
  },
};

/** Makes a list of things to do: first what a client does wrong, then what its tests never met. */
export function coverageTodo(items: readonly CoverageItem[]): CoverageTodo[] {
  const wrong = Object.entries(disregards).flatMap(([kind, text]) =>
    todoOf(
      kind as CoverageKind,
      text,
      items.filter((item) => item.kind === kind && (item.disregarded ?? 0) > 0),
    ),
  );
  const missing = Object.entries(kinds).flatMap(([kind, text]) =>
    todoOf(
      kind as CoverageKind,
      text,
      items.filter((item) => item.kind === kind && item.count === 0 && !(item.disregarded && disregards[item.kind])),
    ),
  );
  return [...wrong, ...missing];
}

function todoOf(kind: CoverageKind, { says, how }: KindToDo, items: readonly CoverageItem[]): CoverageTodo[] {
  if (items.length === 0) return [];
  return [{ kind, says, how, items: items.map(({ id }) => id), missing: namesOf(kind, items) }];
}

/** What is missing, for reading; answers by their status, since most operations have the same ones. */
function namesOf(kind: CoverageKind, items: readonly CoverageItem[]): string[] {
  if (kind === "assumption")
    return items.map(({ rule, choice, says }) => `${[rule, choice].filter(Boolean).join(" ")}: ${says}`);
  if (kind !== "answer")
    return items.map(({ says, disregarded }) => (disregarded ? `${says} (${disregarded} ×)` : says));
  const byStatus = new Map<string, string[]>();
  for (const { status, code, operation = "" } of items) {
    const answer = code === undefined ? `${status}` : `${status} ${code}`;
    byStatus.set(answer, [...(byStatus.get(answer) ?? []), operation]);
  }
  return [...byStatus].map(([answer, operations]) => `${answer} of ${operations.join(", ")}`);
}
