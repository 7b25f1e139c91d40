import { resolveDialect } from "../../spec/dialect.ts";
import { assumedBy, type Schema, type WidgetsDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";
import { membersOf, schemaNamed } from "../../spec/schema.ts";
import type { Exchange } from "../history/exchange.ts";
import { getsIn, type ShownMoment } from "../history/timeline.ts";
import { choiceDocuments, choiceRules } from "./choice-rules.ts";
import { type DialectContext, type DialectObservation, nameList } from "./observation.ts";

/** Observes which members widgets have, and what their values look like. */
export function observeMembers(context: DialectContext): DialectObservation[] {
  const { published, document, timelines } = context;
  const gets = timelines.flatMap(getsIn);
  const rules = rulesByMembers(context);
  const members = membersOf(document, schemaNamed(document, "Widget"));
  return [
    ...gets.flatMap((get) => rules.flatMap((rule) => observeChoice(rule, get))),
    ...observeAdditionalMembers(published, gets),
    ...gets.flatMap(({ exchange, widget }) => observeValues(exchange, widget, { members, path: "" })),
  ];
}

/** A rule whose choices give widgets other members. */
interface RuleByMembers {
  readonly rule: RuleId;
  /** The choices, each with the members that not all of them have. */
  readonly choices: readonly { readonly choice: string; readonly own: readonly string[] }[];
}

/** The rules that the members of a widget decide, read from the document as each choice has it. */
function rulesByMembers({ published, choices: known }: DialectContext): RuleByMembers[] {
  return choiceRules(published).flatMap(({ rule }) => {
    const all = choiceDocuments(published, rule, known).map(({ choice, document }) => ({
      choice,
      names: memberNames(document),
    }));
    const isShared = (name: string) => all.every(({ names }) => names.includes(name));
    const distinct = all.map(({ choice, names }) => ({ choice, own: names.filter((name) => !isShared(name)) }));
    return distinct.some(({ own }) => own.length > 0) ? [{ rule, choices: distinct }] : [];
  });
}

function memberNames(document: WidgetsDocument): string[] {
  return [...membersOf(document, schemaNamed(document, "Widget")).keys()];
}

function observeChoice({ rule, choices }: RuleByMembers, { exchange, widget }: ShownMoment): DialectObservation[] {
  const fitting = choices.filter(({ own }) => own.length > 0 && own.every((name) => name in widget));
  const [chosen = choices.find(({ own }) => own.length === 0)] = fitting;
  // Members that no choice has are observed below.
  const isOfOthers = rule === "A-OBJ-2" && fitting.length === 0;
  return chosen && !isOfOthers ? [{ rule, choice: chosen.choice, calls: [exchange] }] : [];
}

/** A-OBJ-2: members that the document does not have. */
function observeAdditionalMembers(published: WidgetsDocument, gets: readonly ShownMoment[]): DialectObservation[] {
  const known = new Set(memberNames(published));
  const ours = new Set(memberNames(resolveDialect(published, { "A-OBJ-2": "extra" }).document));
  return gets.flatMap(({ exchange, widget }): DialectObservation[] => {
    const additional = Object.keys(widget).filter((name) => !known.has(name));
    const observation = { rule: "A-OBJ-2", calls: [exchange] } as const;
    if (additional.length === 0) return [{ ...observation, choice: "exact" }];
    if (additional.every((name) => ours.has(name))) return [];
    return [{ ...observation, choice: "extra", deviation: `additional members: ${nameList(additional.sort())}` }];
  });
}

/** Observes whether values look as the assumptions about their members say, each under the first of these. */
function observeValues(
  exchange: Exchange,
  widget: JsonObject,
  { members, path }: { readonly members: ReadonlyMap<string, Schema>; readonly path: string },
): DialectObservation[] {
  return [...members].flatMap(([name, schema]) => {
    const value = widget[name];
    const [rule] = assumedBy(schema);
    // Statuses, and our own members beside them, are observed over the life of a widget.
    if (value === undefined || value === null || rule === "A-ENUM-1" || rule === "A-EXT-1") return [];
    if (isJsonObject(value) && schema.properties) {
      const inner = new Map(Object.entries(schema.properties));
      return observeValues(exchange, value, { members: inner, path: `${path}${name}.` });
    }
    if (rule === undefined || (schema.pattern === undefined && schema.enum === undefined)) return [];
    return [{ rule, calls: [exchange], deviation: valueDeviation(schema, value, path + name) }];
  });
}

function valueDeviation({ pattern, enum: values }: Schema, value: Json, name: string): string | undefined {
  if (values && !values.includes(value)) return `${name} may be ${JSON.stringify(value)}`;
  const matches = pattern === undefined || (typeof value === "string" && new RegExp(pattern, "u").test(value));
  return matches ? undefined : `${name} does not match ${pattern}`;
}
