import type { Choice, WidgetsDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import type { JsonObject } from "../../spec/merge-patch.ts";
import { publishedDocument } from "../../spec/published-document.ts";
import type { Met } from "../met.ts";
import type { MockSetup, Variation } from "./variation.ts";

/** Values for choices that need some. */
const exampleValues: { readonly [name: string]: string } = { value: "disabled" };

/** Rules whose other choices are tried apart, as the surprises that they consist of. */
const triedApart: readonly string[] = ["A-OBJ-2", "A-EVENT-2"];

/** Two widgets make a page of their own, so that a choice about pages shows with few widgets. */
export const pagesOf = (size: number): JsonObject => ({
  components: { parameters: { Limit: { schema: { default: size, maximum: size } } } },
});

/** What a choice needs besides being chosen, to show in a small world. */
const helped: { readonly [rule: string]: { readonly setup: MockSetup; readonly excludes: string } } = {
  "A-LIST-6": { setup: { document: pagesOf(2) }, excludes: "pages" },
};

/** Each other choice of each assumed rule. */
export function assumptionVariations(document: WidgetsDocument): Variation[] {
  const rules = Object.entries(document["x-rules"]) as [RuleId, { readonly choices?: readonly Choice[] }][];
  return rules
    .filter(([rule]) => !triedApart.includes(rule))
    .flatMap(([rule, { choices = [] }]) => choices.slice(1).map((choice) => variationOf(rule, choice)));
}

function variationOf(rule: RuleId, { choice, says = choice, values = {} }: Choice): Variation {
  const names = Object.keys(values);
  const given = Object.fromEntries(names.map((name) => [name, exampleValues[name] ?? name]));
  const selection = names.length === 0 ? choice : { choice, ...given };
  return {
    id: `${rule}=${choice}`,
    kind: "assumption",
    rule,
    difference: says,
    excludes: helped[rule]?.excludes ?? rule,
    notApplicable: (met) => whyNotApplicable(rule, met),
    setup: () => ({ ...helped[rule]?.setup, dialect: { [rule]: selection } }),
  };
}

/** The maximum of a limit, which the published document has. */
const maxLimit = Number(publishedDocument.components.parameters?.["Limit"]?.schema.maximum);

/** The word for a paused widget, which the published document has. */
const pausedStatus = String(publishedDocument["x-lifecycle"].states["paused"]?.shows);

/** Rules that no answer to a request rests on, or that need more than an answer to matter. */
const needs: { readonly [rule: string]: (met: Met) => string | undefined } = {
  "A-LIST-3": needsList,
  "A-LIST-6": needsList,
  "A-LIST-2": ({ largestLimit }) => (largestLimit > maxLimit ? undefined : `no limit was above ${maxLimit}`),
  "A-LIST-4": ({ furtherPages }) => (furtherPages > 0 ? undefined : "no page after the first was asked for"),
  "A-IDEM-1": ({ idempotencyKeys }) => (idempotencyKeys > 0 ? undefined : "no Idempotency-Key was sent"),
  "A-ENUM-1": ({ statuses }) =>
    statuses.has(pausedStatus) ? undefined : `no answer showed a widget as ${pausedStatus}`,
  "A-FAIL-1": ({ crawls }) => (crawls.has("first failed") ? undefined : "no first crawl failed"),
  "A-EVENT-3": ({ events, crawls }) =>
    events.size > 0 && crawls.has("later succeeded") ? undefined : "no recrawl ended while webhooks were sent",
};

export function needsList({ longestList }: Met): string | undefined {
  return longestList >= 2 ? undefined : "no list had two widgets";
}

function whyNotApplicable(rule: RuleId, met: Met): string | undefined {
  const special = needs[rule];
  if (special) return special(met);
  return met.rules.has(rule) ? undefined : "no answer rested on it";
}
