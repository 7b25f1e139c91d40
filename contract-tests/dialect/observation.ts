import type { DialectChoices, WidgetsDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import type { Exchange } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import type { Timeline } from "../history/timeline.ts";
import type { Fields } from "../target.ts";
import type { CallInState } from "./calls-in-state.ts";

/** What the observers of a dialect read. */
export interface DialectContext {
  readonly published: WidgetsDocument;
  /** Choices that are known already: where two rules meet, one decides what the other looks like. */
  readonly choices: DialectChoices;
  /** The published document with these choices. */
  readonly document: WidgetsDocument;
  /** Everything recorded. */
  readonly recorded: History;
  /** The same without the requests that were rejected for their pace, and repeated. */
  readonly history: History;
  readonly timelines: readonly Timeline[];
  readonly callsInState: readonly CallInState[];
  /** Header names of the credential, each with the word before the key. */
  readonly credential: Fields;
}

/** Observes one or a few assumptions. */
export type DialectObserver = (context: DialectContext) => DialectObservation[];

/** A choice of an assumed rule, as a dialect has it: by its name, or with values. */
export type Chosen = DialectChoices[string];

/** What a response or an event shows of an assumed rule. */
export interface Shown {
  /** The choice that the server makes; undefined where the rule has none, or none covers it. */
  readonly choice?: Chosen | undefined;
  /** What no choice covers, in words; undefined where the server does what a choice or the rule says. */
  readonly deviation?: string | undefined;
}

/** Evidence for what the server does where the documentation is silent. */
export interface DialectObservation extends Shown {
  readonly rule: RuleId;
  /** The requests that show it. */
  readonly calls: readonly Exchange[];
}

/** All observations of one rule together. */
export interface ObservedRule {
  /** The one choice that all observations show. */
  readonly choice: Chosen | undefined;
  /** What no choice covers, in words. */
  readonly unsupported: string | undefined;
  /** Number of observations. */
  readonly times: number;
  /** Numbers of the requests that show it, or that show the deviation if there is one. */
  readonly calls: readonly number[];
}

/** Most requests that an observed rule names. */
const maxCalls = 6;
/** Most names in a list. */
const maxNames = 8;

/** Combines the observations of one rule. Where they show different choices, none is the server's. */
export function combineObservations(observations: readonly DialectObservation[]): ObservedRule {
  const choices = new Map(
    observations.flatMap(({ choice }) => (choice === undefined ? [] : [[JSON.stringify(choice), choice]])),
  );
  const deviations = observations.filter(({ deviation }) => deviation !== undefined);
  const words = new Set(deviations.map(({ deviation }) => deviation));
  const names = [...choices.values()].map(choiceName).sort();
  if (names.length > 1) words.add(names.map((name) => `sometimes ${name}`).join(", "));
  const calls = (deviations.length > 0 ? deviations : observations).flatMap((one) => one.calls.map(({ n }) => n));
  return {
    choice: choices.size === 1 ? [...choices.values()][0] : undefined,
    unsupported: joinWords([...words].sort()),
    times: observations.length,
    calls: [...new Set(calls)].slice(0, maxCalls),
  };
}

/** Names a choice, with its values. */
export function choiceName(choice: Chosen): string {
  if (typeof choice === "string") return choice;
  const { choice: name, ...values } = choice;
  return [name, ...Object.values(values)].join(" ");
}

/** Joins the parts of a deviation; undefined where there is none. */
export function joinWords(words: readonly (string | undefined)[], separator = "; "): string | undefined {
  return words.length > 0 ? words.join(separator) : undefined;
}

/** Lists names; of many, the first. */
export function nameList(names: readonly string[]): string {
  return [...names.slice(0, maxNames), ...(names.length > maxNames ? ["…"] : [])].join(", ");
}
