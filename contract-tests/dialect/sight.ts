import type { DialectChoices } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";

/** A choice of an assumed rule, as a dialect has it: by its name, or with values. */
export type Chosen = DialectChoices[string];

/** What one look at an implementation tells of an assumed rule. */
export interface Sight {
  readonly rule: RuleId;
  /** The choice that it acts out; left out where the rule has none, or none names what was seen. */
  readonly choice?: Chosen;
  /** What was seen that no choice names, for people; left out where all is as a choice, or the rule, has it. */
  readonly otherwise?: string;
  /** The calls that show it, by their numbers. */
  readonly calls: readonly number[];
}

/** The sights of several looks at one rule, taken together. */
export interface Observed {
  /** The one choice that every look has shown. */
  readonly choice: Chosen | undefined;
  /** What no choice names, in words; undefined where there is nothing of the kind. */
  readonly unsupported: string | undefined;
  /** How many looks there were. */
  readonly times: number;
  /** The calls that show it: those of what no choice names, where there is such. */
  readonly calls: readonly number[];
}

/** How many calls a rule's story tells. */
const mostCalls = 6;

/** What all sights of one rule come to. What was seen one way and another way is a choice of neither. */
export function together(sights: readonly Sight[]): Observed {
  const chosen = new Map(
    sights.flatMap(({ choice }) => (choice === undefined ? [] : [[JSON.stringify(choice), choice]])),
  );
  const words = new Set(sights.map(({ otherwise }) => otherwise).filter((text) => text !== undefined));
  const names = [...chosen.values()].map(nameOf).sort();
  if (names.length > 1) words.add(`now ${names.join(", now ")}`);
  const odd = sights.filter(({ otherwise }) => otherwise !== undefined);
  const telling = odd.length > 0 ? odd : sights;
  return {
    choice: chosen.size === 1 ? [...chosen.values()][0] : undefined,
    unsupported: words.size > 0 ? [...words].sort().join("; ") : undefined,
    times: sights.length,
    calls: [...new Set(telling.flatMap(({ calls }) => calls))].slice(0, mostCalls),
  };
}

/** A choice in a word or two. */
export function nameOf(choice: Chosen): string {
  if (typeof choice === "string") return choice;
  const { choice: name, ...values } = choice;
  return [name, ...Object.values(values)].join(" ");
}

/** Names in a row; of many the first. */
export function listed(names: readonly string[]): string {
  const most = 8;
  return [...names.slice(0, most), ...(names.length > most ? ["…"] : [])].join(", ");
}
