import { resolveDialect } from "../../spec/dialect.ts";
import type { DialectChoices, WidgetsDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import type { History } from "../history/history.ts";
import type { Fields } from "../target.ts";
import { answerSights } from "./answers.ts";
import { callerSights } from "./caller.ts";
import { choicesByAnswer } from "./choices-by-answer.ts";
import { eventSights } from "./events.ts";
import { listSights } from "./lists.ts";
import { watchedIn } from "./looks.ts";
import { memberSights } from "./members.ts";
import { assumedRules, hasChoices, offersOf } from "./offers.ts";
import { keptCheckers, predictor } from "./predicted.ts";
import { refusalSights } from "./refusal-form.ts";
import { type Chosen, type Observed, type Sight, together } from "./sight.ts";
import { situationsOf } from "./situations.ts";
import { statusSights } from "./statuses.ts";
import { textSights } from "./texts.ts";
import { updateSights } from "./updates.ts";
import { visitorSights } from "./visitors.ts";

/** How an implementation fills the gaps of the documentation, as far as a run has seen it. */
export interface ObservedDialect {
  /** What was seen of each assumed rule; a rule that is not here was not seen. */
  readonly rules: ReadonlyMap<RuleId, Observed>;
}

/** A choice is known by what its rules meet in; after so often nothing new comes of it. */
const mostRounds = 3;

/**
 * Finds the dialect of an implementation in what was recorded of it. Nothing is guessed: what nothing shows is left out.
 * @param credential the names of the fields that the key was sent in, each with the word before it
 */
export function observeDialect(
  document: WidgetsDocument,
  recorded: History | undefined,
  credential: Fields,
): ObservedDialect {
  if (!recorded) return { rules: new Map() };
  const history = withoutPace(recorded);
  const watched = watchedIn(history);
  const situations = situationsOf(document, history);
  const checkers = keptCheckers();
  let choices: DialectChoices = {};
  let sights: readonly Sight[] = [];
  for (let round = 0; round < mostRounds; round++) {
    const { document: changed } = resolveDialect(document, choices);
    sights = [
      ...choicesByAnswer(document, situations, choices, checkers),
      ...answerSights(changed, situations, predictor(changed, checkers)),
      ...memberSights(document, changed, watched, choices),
      ...refusalSights(document, history),
      ...callerSights(changed, recorded, credential),
      ...listSights(changed, history),
      ...updateSights(watched),
      ...statusSights(document, history, watched),
      ...textSights(document, changed, history, watched),
      ...visitorSights(history, watched),
      ...eventSights(changed, history, watched),
    ];
    const next = departuresIn(document, choicesOf(observed(document, sights)));
    if (JSON.stringify(next) === JSON.stringify(choices)) break;
    choices = next;
  }
  return { rules: observed(document, sights) };
}

/** Without the calls that were turned away for their pace, and came again: they tell nothing of what was asked. */
function withoutPace(history: History): History {
  return { ...history, exchanges: history.exchanges.filter(({ response }) => response?.status !== 429) };
}

/** The sights by their rules, in the order of the document; what the documentation says is no dialect. */
function observed(document: WidgetsDocument, sights: readonly Sight[]): ReadonlyMap<RuleId, Observed> {
  return new Map(
    assumedRules(document).flatMap((rule) => {
      const own = sights.filter((sight) => sight.rule === rule);
      const all = together(own);
      // Of a rule with choices something was seen only where one of them was, or something else.
      const isSeen = own.length > 0 && !(hasChoices(document, rule) && !all.choice && !all.unsupported);
      return isSeen ? [[rule, all] as const] : [];
    }),
  );
}

function choicesOf(rules: ReadonlyMap<RuleId, Observed>): DialectChoices {
  return Object.fromEntries(
    [...rules].flatMap(([rule, { choice }]) => (choice === undefined ? [] : [[rule, choice] as const])),
  );
}

/** The choices that are not the default: only they change the document. */
function departuresIn(document: WidgetsDocument, choices: DialectChoices): DialectChoices {
  const usual = new Map<string, string | undefined>(
    offersOf(document).map((offer) => [offer.rule, offer.choices[0]?.choice]),
  );
  return Object.fromEntries(Object.entries(choices).filter(([rule, choice]) => choice !== usual.get(rule)));
}

/** A dialect as a file holds it: what the mock can act out, and what it cannot in words. */
export interface DialectFile {
  readonly [rule: string]: Chosen | { readonly [rule: string]: string };
}

/** The observed dialect as `widgets-mock --dialect` takes it. */
export function dialectFile({ rules }: ObservedDialect): DialectFile {
  const unsupported = [...rules].flatMap(([rule, seen]) =>
    seen.unsupported ? [[rule, seen.unsupported] as const] : [],
  );
  return { ...choicesOf(rules), unsupported: Object.fromEntries(unsupported) };
}
