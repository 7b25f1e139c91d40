import type { RuleId } from "../../spec/generated/rules.ts";

/** Something that a run has seen and that a rule forbids, or an assumed rule does not expect. */
export interface Finding {
  readonly rule: RuleId;
  /** `note` for what departs from an assumed rule. */
  readonly level: "fail" | "warn" | "note";
  /** What was observed, for people. */
  readonly message: string;
  /** The calls that show it, by their numbers. */
  readonly calls: readonly number[];
  /** The script that shows it by itself; undefined where it takes more than one. */
  readonly script?: string;
  /** The script of the widget on which it shows, where a call about another one has led to it. */
  readonly about?: string;
  /** What would have been in order, where the rule's own sentence does not say it already. */
  readonly expected?: string;
  /** How often it was tried and shown in the run itself, where that leaves no doubt: it need not be reproduced. */
  readonly tries?: number;
  /** Whether a get shows a draft that a get had shown active long before: no lag and no road makes one. */
  readonly isDraftAgain?: true;
  /** Whether it is that an operation fails whatever it is asked for: nothing is learned from asking again. */
  readonly neverWorks?: true;
  /** The members of the widget that it is about. */
  readonly members?: readonly string[];
}
