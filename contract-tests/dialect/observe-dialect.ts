import { resolveDialect } from "../../spec/dialect.ts";
import type { DialectChoices, WidgetsDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import type { History } from "../history/history.ts";
import { timelinesOf } from "../history/timeline.ts";
import type { Fields } from "../target.ts";
import { observeCallers } from "./callers.ts";
import { callsInState } from "./calls-in-state.ts";
import { assumedRules, choiceRules, hasChoices } from "./choice-rules.ts";
import { observeChoicesByResponse } from "./choices-by-response.ts";
import { observeErrorForm } from "./error-form.ts";
import { observeLists } from "./lists.ts";
import { observeMembers } from "./members.ts";
import {
  type Chosen,
  combineObservations,
  type DialectContext,
  type DialectObservation,
  type DialectObserver,
  type ObservedRule,
} from "./observation.ts";
import { observeResponses } from "./responses.ts";
import { observeServerValues } from "./server-values.ts";
import { observeStatuses } from "./statuses.ts";
import { observeUpdates } from "./updates.ts";
import { observeVisitors } from "./visitors.ts";
import { observeWebhooks } from "./webhooks.ts";

/** What the server does where the documentation is silent, by rule; a rule that is not here was not observed. */
export type ObservedRules = ReadonlyMap<RuleId, ObservedRule>;

const observers: readonly DialectObserver[] = [
  observeChoicesByResponse,
  observeResponses,
  observeMembers,
  observeErrorForm,
  observeCallers,
  observeLists,
  observeUpdates,
  observeStatuses,
  observeServerValues,
  observeVisitors,
  observeWebhooks,
];

/** A choice of one rule may tell what another looks like; after this many rounds nothing new comes of it. */
const maxRounds = 3;

/**
 * Observes the dialect of a server in a record. Nothing is guessed: a rule that nothing shows is left out.
 * @param credential header names of the credential, each with the word before the key
 */
export function observeDialect(
  published: WidgetsDocument,
  recorded: History | undefined,
  credential: Fields,
): ObservedRules {
  if (!recorded) return new Map();
  const history = withoutPaceRejections(recorded);
  const timelines = timelinesOf(history);
  const calls = callsInState(published, history, timelines);
  const context = { published, recorded, history, timelines, credential, callsInState: calls };
  let choices: DialectChoices = {};
  let rules: ObservedRules = new Map();
  for (let round = 0; round < maxRounds; round++) {
    const { document } = resolveDialect(published, choices);
    const inRound: DialectContext = { ...context, choices, document };
    const observations = observers.flatMap((observe) => observe(inRound));
    rules = observedRules(published, observations);
    const next = choicesBesidesDefaults(published, choicesOf(rules));
    if (JSON.stringify(next) === JSON.stringify(choices)) break;
    choices = next;
  }
  return rules;
}

function withoutPaceRejections(history: History): History {
  const exchanges = history.exchanges.filter(({ response }) => response?.status !== 429);
  return exchanges.length < history.exchanges.length ? { ...history, exchanges } : history;
}

/** Groups observations by assumed rule, in the order of the document. */
function observedRules(document: WidgetsDocument, observations: readonly DialectObservation[]): ObservedRules {
  return new Map(
    assumedRules(document).flatMap((rule) => {
      const own = observations.filter((one) => one.rule === rule);
      const observed = combineObservations(own);
      // A rule with choices was observed only if a choice or a deviation was.
      const isObserved = !hasChoices(document, rule) || observed.choice || observed.unsupported;
      return own.length > 0 && isObserved ? [[rule, observed] as const] : [];
    }),
  );
}

function choicesOf(rules: ObservedRules): DialectChoices {
  return Object.fromEntries(
    [...rules].flatMap(([rule, { choice }]) => (choice === undefined ? [] : [[rule, choice] as const])),
  );
}

/** The choices other than the defaults: only they change the document. */
function choicesBesidesDefaults(document: WidgetsDocument, choices: DialectChoices): DialectChoices {
  const defaults = new Map<string, unknown>(choiceRules(document).map((one) => [one.rule, one.choices[0]?.choice]));
  return Object.fromEntries(Object.entries(choices).filter(([rule, choice]) => choice !== defaults.get(rule)));
}

/** A dialect as a file: choices that the mock supports, and in words what it does not. */
export interface DialectFile {
  readonly [rule: string]: Chosen | { readonly [rule: string]: string };
}

/** Writes an observed dialect in the form that `widgets-mock --dialect` takes. */
export function dialectFile(rules: ObservedRules): DialectFile {
  const unsupported = [...rules].flatMap(([rule, one]) => (one.unsupported ? [[rule, one.unsupported] as const] : []));
  return { ...choicesOf(rules), unsupported: Object.fromEntries(unsupported) };
}
