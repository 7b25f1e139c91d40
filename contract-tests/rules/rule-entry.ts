import type { WidgetsDocument } from "../../spec/document.ts";
import type { DocumentedRuleId, RuleId } from "../../spec/generated/rules.ts";
import type { operations } from "../../spec/generated/types.ts";
import type { Adapter } from "../adapter.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { type JudgedTimeline, judgedCallsOf, judgedTimelinesOf } from "../history/timeline.ts";
import type { Finding } from "../judge/finding.ts";
import type { Contradiction } from "../model/follow.ts";
import { contextOf, withKnown } from "../model/model-context.ts";
import type { Relaxation } from "../model/relaxation.ts";
import type { ModelContext } from "../model/state.ts";

/** An operation's id in the document. */
export type OperationId = keyof operations;

/** Everything that the kit knows of a documented rule. */
export interface RuleEntry {
  /** The members of an adapter that it takes to show the rule; left out where the API alone shows it. */
  readonly adapter?: readonly (keyof Adapter)[];
  /** The members of an adapter whose failure leaves the rule without a verdict; those of `adapter` where it is left out. */
  readonly reliesOn?: readonly (keyof Adapter)[];
  /** The operation that the rule is about; left out where it is about all, or about lists. */
  readonly operation?: OperationId;
  /** The operations of which a script must have one to show a breach; left out where any script may show it. */
  readonly takes?: readonly OperationId[];
  /** Whether it is about lists: only a walk shows it. */
  readonly isOfLists?: true;
  /** Whether it takes everything that was planned to show a breach again, such as a long list. */
  readonly needsWholePlan?: true;
  /** What is planned for the rule besides: ids that must be new, or every operation by other callers. */
  readonly needsPart?: "new-ids" | "other-callers";
  /** Whether one exchange is proof, so that a breach need not be reproduced. */
  readonly isProof?: true;

  /** How often the run put the rule to the proof: a rule that it never did passes nothing. */
  evidence?(context: RuleContext): number;
  /** The breaches that calls show, or a few of them side by side. */
  findings?(context: RuleContext): readonly Breach[];
  /**
   * The breaches that calls prove to whoever only watches them: no plan chose the calls, and somebody else may do anything to
   * a widget meanwhile. Left out where calls alone prove none then.
   */
  watched?(context: RuleContext): readonly WatchedBreach[];
  /** What an adapter or a receiver of events has shown of it: evidence, and breaches where something is wrong. */
  shown?(context: RuleContext): readonly ShownCase[];
  /** The ways in which it may not hold, for the model: the one that explains a contradiction names the rule. */
  readonly relaxations?: readonly Relaxation[];
  /** The rule to name in its place, where what its relaxation explains is rather that one's breach. */
  insteadOf?(context: RuleContext): DocumentedRuleId | undefined;
  /** Whether a contradiction that no relaxation explains is named after this rule. */
  takesUnexplained?(contradiction: Contradiction): boolean;
  /** Whether a breach of this rule is at the root of something else that was found, which is then not told. */
  hides?(other: Found, context: RuleContext, own: Finding): boolean;
}

/** A breach without its rule, which is that of its entry; where no level is given the rule's own holds: it fails. */
export type Breach = Omit<Finding, "rule" | "level"> & { readonly level?: "warn" };

/** What whoever only watches has seen of a breach. */
export interface WatchedBreach extends Breach {
  /** Why it proves nothing, and the option that would make it a proof; left out where it is one. */
  readonly doubt?: { readonly reason: string; readonly option?: string };
}

/** One case in which a rule was seen kept, or broken. */
export interface ShownCase {
  /** What is wrong; undefined where the rule is kept. */
  readonly message: string | undefined;
  /** Left out where the rule's own level holds: it fails. */
  readonly level?: "warn";
  /** Why nothing can be said; then it is neither kept nor broken. */
  readonly undecided?: { readonly reason: string; readonly option?: string };
  /** The calls that show it, by their numbers. */
  readonly calls?: readonly number[];
  readonly script?: string;
}

/** A finding, with what has shown it. */
export interface Found {
  readonly finding: Finding;
  readonly by: "calls" | "timeline" | "shown";
}

/** All that the entries of rules judge by. */
export interface RuleContext {
  readonly document: WidgetsDocument;
  /** Without probes of assumptions. */
  readonly history: History;
  /** All calls, probes as well. */
  readonly asked: readonly Exchange[];
  readonly timelines: readonly JudgedTimeline[];
  /** The calls that may have changed a widget. */
  readonly calls: readonly Exchange[];
  /** The calls that had their effect. */
  readonly done: readonly Exchange[];
  readonly model: ModelContext;
  /** The rules that an earlier pass has found broken. */
  readonly named: readonly RuleId[];
  /** Whether creates gave the same id: then timelines cannot be told apart. */
  readonly hasSameIds: boolean;
}

/** The pass of a run before, by its history and the rules that it has found broken. */
export interface EarlierPass {
  readonly history: History;
  readonly named: readonly RuleId[];
}

/** What the entries of rules judge a history by. */
export function ruleContext(document: WidgetsDocument, recorded: History, earlier?: EarlierPass): RuleContext {
  const history = { ...recorded, exchanges: recorded.exchanges.filter(({ probe }) => probe === undefined) };
  const [timelines, calls] = [judgedTimelinesOf(recorded), judgedCallsOf(recorded)];
  return {
    document,
    history,
    asked: recorded.exchanges,
    timelines,
    calls,
    done: history.exchanges.filter((exchange) => outcomeOf(exchange) === "done"),
    model: modelOf(document, recorded, earlier?.history),
    named: earlier?.named ?? [],
    hasSameIds: new Set(timelines.map(({ id }) => id)).size < timelines.length,
  };
}

/** What the model goes by: what a history shows of the target, and what the pass before has shown. */
function modelOf(document: WidgetsDocument, history: History, before: History | undefined): ModelContext {
  const contextIn = (one: History) =>
    contextOf(document, {
      timelines: judgedTimelinesOf(one),
      calls: judgedCallsOf(one),
      settings: one.settings,
    });
  const own = contextIn(history);
  return before ? withKnown(own, contextIn(before)) : own;
}
