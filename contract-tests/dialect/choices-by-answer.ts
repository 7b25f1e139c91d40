import { resolveDialect } from "../../spec/dialect.ts";
import type { DialectChoices, WidgetsDocument } from "../../spec/document.ts";
import { offersOf } from "./offers.ts";
import { type Checkers, type Predicted, predictor } from "./predicted.ts";
import type { Sight } from "./sight.ts";
import { inGeneral, inWords } from "./situation-words.ts";
import type { Situation } from "./situations.ts";

/**
 * The choices that show in how a call is answered. Each is tried on the document, and what that says is held against what
 * came: nothing of what a choice means stands here.
 * @param base what is known of the dialect: where two rules meet, the one decides what the other one looks like
 */
export function choicesByAnswer(
  document: WidgetsDocument,
  situations: readonly Situation[],
  base: DialectChoices,
  checkers: Checkers,
): Sight[] {
  const alike = grouped(situations);
  return offersOf(document).flatMap(({ rule, choices }) => {
    // What is given with a choice is a word in an answer, and decides none.
    const plain = choices.filter(({ values }) => values === undefined);
    if (plain.every(({ patch }) => patch === undefined)) return [];
    const known = plain.map(({ choice }) => {
      const { document: changed } = resolveDialect(document, { ...base, [rule]: choice });
      return { choice, predict: predictor(changed, checkers) };
    });
    return alike.flatMap((group): Sight[] => {
      const [situation] = group;
      const said = known.map(({ choice, predict }) => ({ choice, predicted: predict(situation) }));
      const sight = decided(said, situation, situation.exchange.probe === rule);
      return sight ? group.map(({ exchange }) => ({ rule, calls: [exchange.n], ...sight })) : [];
    });
  });
}

type Group = readonly [Situation, ...(readonly Situation[])];

/** Situations of which a document says the same, together. */
function grouped(situations: readonly Situation[]): Group[] {
  const groups = new Map<string, Group>();
  for (const situation of situations) {
    const { exchange, status, states } = situation;
    const key = JSON.stringify([exchange.operation, status, states, exchange.probe && exchange.request.body]);
    groups.set(key, [...(groups.get(key) ?? []), situation] as unknown as Group);
  }
  return [...groups.values()];
}

interface Said {
  readonly choice: string;
  readonly predicted: Predicted | undefined;
}

/** Which choice an answer is of: one that says its status, or else the one that lets the call in, or does not, as it was. */
function decided(
  said: readonly Said[],
  situation: Situation,
  isAsked: boolean,
): Omit<Sight, "rule" | "calls"> | undefined {
  const { status } = situation;
  const statuses = said.map(({ predicted }) => predicted?.status);
  if (statuses.includes(undefined) || new Set(statuses).size < 2) return undefined;
  const exact = said.filter(({ predicted }) => predicted?.status === status);
  if (exact.length > 0) return exact.length === 1 && exact[0] ? { choice: exact[0].choice } : undefined;
  const alike = said.filter(({ predicted }) => isDone(predicted?.status) === isDone(status));
  const [first, ...others] = alike;
  // Where no choice lets it in, or all do, another rule says whether that is right; unless it was just this that was asked.
  if (!first) return isAsked ? { otherwise: inWords(situation) } : undefined;
  if (others.length > 0)
    return { otherwise: isDone(status) ? inGeneral(situation.exchange.operation, status) : inWords(situation) };
  // How success looks is a matter of the operation.
  return { choice: first.choice, ...(isDone(status) ? {} : { otherwise: inWords(situation) }) };
}

function isDone(status: number | undefined): boolean {
  return status !== undefined && status < 300;
}
