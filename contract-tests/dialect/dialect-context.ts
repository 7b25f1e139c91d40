import type { DialectChoices, WidgetsDocument } from "../../spec/document.ts";
import type { History } from "../history/history.ts";
import type { Timeline } from "../history/timeline.ts";
import type { Fields } from "../target.ts";
import type { CallInState } from "./calls-in-state.ts";
import type { DialectObservation } from "./observation.ts";

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
