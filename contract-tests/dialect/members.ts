import { resolveDialect } from "../../spec/dialect.ts";
import { assumedBy, type DialectChoices, type Schema, type WidgetsDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";
import { membersOf, schemaNamed } from "../../spec/schema.ts";
import type { Look, Watched } from "./looks.ts";
import { offersOf } from "./offers.ts";
import { listed, type Sight } from "./sight.ts";

/** What the members of widgets show, and what their values look like. */
export function memberSights(
  published: WidgetsDocument,
  document: WidgetsDocument,
  watched: readonly Watched[],
  base: DialectChoices,
): Sight[] {
  const looks = watched.flatMap((one) => one.looks);
  const byChoice = choicesOfMembers(published, base);
  return [
    ...looks.flatMap((look) => byChoice.flatMap((one) => chosenBy(one, look))),
    ...moreMembers(published, looks),
    ...looks.flatMap(({ exchange, widget }) =>
      valueSights(document, membersOf(document, schemaNamed(document, "Widget")), widget, exchange.n),
    ),
  ];
}

/** A rule whose choices give widgets other members, and by which members each is known. */
interface ByMembers {
  readonly rule: RuleId;
  readonly choices: readonly { readonly choice: string; readonly has: readonly string[] }[];
}

/** The rules that a widget's members decide, read from the document as each choice has it. */
function choicesOfMembers(document: WidgetsDocument, base: DialectChoices): ByMembers[] {
  return offersOf(document).flatMap(({ rule, choices }) => {
    const plain = choices.filter(({ values }) => values === undefined);
    const all = plain.map(({ choice }) => {
      const changed = resolveDialect(document, { ...base, [rule]: choice }).document;
      return { choice, names: [...membersOf(changed, schemaNamed(changed, "Widget")).keys()] };
    });
    const shared = (name: string) => all.every(({ names }) => names.includes(name));
    const told = all.map(({ choice, names }) => ({ choice, has: names.filter((name) => !shared(name)) }));
    return told.some(({ has }) => has.length > 0) ? [{ rule, choices: told }] : [];
  });
}

function chosenBy({ rule, choices }: ByMembers, { exchange, widget }: Look): Sight[] {
  const fitting = choices.filter(({ has }) => has.length > 0 && has.every((name) => name in widget));
  const [chosen = choices.find(({ has }) => has.length === 0)] = fitting;
  // Members that no choice has are told apart from these.
  return chosen && !(rule === "A-OBJ-2" && fitting.length === 0)
    ? [{ rule, choice: chosen.choice, calls: [exchange.n] }]
    : [];
}

/** Members that the document does not have (A-OBJ-2). */
function moreMembers(document: WidgetsDocument, looks: readonly Look[]): Sight[] {
  const known = new Set(membersOf(document, schemaNamed(document, "Widget")).keys());
  const extra = resolveDialect(document, { "A-OBJ-2": "extra" }).document;
  const ours = new Set(membersOf(extra, schemaNamed(extra, "Widget")).keys());
  return looks.flatMap(({ exchange, widget }): Sight[] => {
    const more = Object.keys(widget).filter((name) => !known.has(name));
    const calls = [exchange.n];
    if (more.length === 0) return [{ rule: "A-OBJ-2", choice: "exact", calls }];
    if (more.every((name) => ours.has(name))) return [];
    return [{ rule: "A-OBJ-2", choice: "extra", otherwise: `more members: ${listed(more.sort())}`, calls }];
  });
}

/** Whether values look as the rules say that are assumed of their members, each under the first of them. */
function valueSights(
  document: WidgetsDocument,
  members: ReadonlyMap<string, Schema>,
  widget: JsonObject,
  call: number,
  path = "",
): Sight[] {
  return [...members].flatMap(([name, schema]) => {
    const value = widget[name];
    const [rule] = assumedBy(schema);
    // The words for statuses, and ours beside them, are seen in the life of widgets.
    if (value === undefined || value === null || rule === "A-ENUM-1" || rule === "A-EXT-1") return [];
    if (isJsonObject(value) && schema.properties) {
      return valueSights(document, new Map(Object.entries(schema.properties)), value, call, `${path}${name}.`);
    }
    if (rule === undefined || (schema.pattern === undefined && schema.enum === undefined)) return [];
    const otherwise = oddity(schema, value, path + name);
    return [{ rule, calls: [call], ...(otherwise === undefined ? {} : { otherwise }) }];
  });
}

function oddity({ pattern, enum: values }: Schema, value: Json, name: string): string | undefined {
  if (values && !values.includes(value)) return `${name} may be ${JSON.stringify(value)}`;
  const isLike = pattern === undefined || (typeof value === "string" && new RegExp(pattern, "u").test(value));
  return isLike ? undefined : `${name} does not match ${pattern}`;
}
