import type { Choice } from "../../../spec/document.ts";
import type { RuleId } from "../../../spec/generated/rules.ts";
import { publishedDocument } from "../../../spec/published-document.ts";
import { variant } from "../build.test-helper.ts";
import type { Probe } from "../subject.test-helper.ts";

const rules = Object.entries(publishedDocument["x-rules"]) as [RuleId, (typeof publishedDocument)["x-rules"][RuleId]][];

/** What a paused widget shows in the dialects that spell it otherwise. */
export const spelling = "suspended";

/** Every choice of every assumed rule alone, but the defaults, and the named dialects whole. */
export const choiceVariants = [
  ...rules.flatMap(([rule, { choices = [] }]) => choices.slice(1).map((choice) => alone(rule, choice))),
  ...Object.entries(publishedDocument["x-dialects"]).map(([name, choices]) =>
    variant({
      id: `dialect-${name}`,
      rules: Object.keys(choices) as RuleId[],
      says: `The dialect ${name}, whole.`,
      options: { dialect: name },
      shows: async ({ subject }) => subject.mock.dialect.name === name,
    }),
  ),
];

function alone(rule: RuleId, { choice, values = {} }: Choice) {
  const given = Object.fromEntries(Object.keys(values).map((value) => [value, spelling]));
  return variant({
    id: `choice-${rule}-${choice}`.toLowerCase(),
    rules: [rule],
    says: `${rule} as its choice ${choice} has it.`,
    options: { dialect: { [rule]: { choice, ...given } } },
    shows: isChosen(rule, choice),
  });
}

function isChosen(rule: RuleId, choice: string): Probe {
  return async ({ subject }) =>
    Object.entries(subject.mock.dialect.choices).some(([id, chosen]) => id === rule && chosen === choice);
}
