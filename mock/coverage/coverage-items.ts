import type { Dialect } from "../../spec/dialect.ts";
import {
  assumedBy,
  type Lifecycle,
  type Operation,
  type Parameter,
  type Rule,
  resolve,
  type Schema,
  type WidgetsDocument,
} from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import type { DescribedOperation } from "../../spec/operations.ts";
import { document as controlDocument } from "../control-plane/document.ts";
import type { components } from "../control-plane/generated/types.ts";
import * as key from "./item-keys.ts";

type Circumstance = components["schemas"]["DeliveryCircumstance"];
/** Something that a client can meet, with how often it has. */
export type CoverageItem = components["schemas"]["CoverageItem"];
/** The kinds of items. */
export type CoverageKind = CoverageItem["kind"];

/** An item without counts, and the keys that its counts have. */
export interface CountableItem {
  readonly item: Omit<CoverageItem, "count" | "disregarded">;
  readonly keys: readonly string[];
  /** True if it is no item until it is met. */
  readonly isOptional?: boolean;
}

/** The operations of an API and the document that they are from. */
interface Source {
  readonly document: WidgetsDocument;
  readonly operations: readonly DescribedOperation[];
  readonly reached: ReachedStates;
}

const known = new WeakMap<Dialect, readonly CountableItem[]>();

/** The items of a dialect: everything that its document lets a client meet. */
export function coverageItems(dialect: Dialect, operations: readonly DescribedOperation[]): readonly CountableItem[] {
  const found = known.get(dialect);
  if (found) return found;
  const { document } = dialect;
  const source: Source = { document, operations, reached: statesReachedIn(document["x-lifecycle"]) };
  const items = [
    ...operations.map(operationItem),
    ...operations.flatMap((operation) => answerItems(source, operation)),
    ...stateItems(source),
    ...transitionItems(source),
    ...eventItems(source),
    ...deliveryItems(),
    ...pageItems(source),
    ...replayItems(source),
    ...retryItems(source),
    ...connectionItems(),
    ...assumptionItems(source, dialect),
  ];
  known.set(dialect, items);
  return items;
}

function itemOf(
  kind: CoverageKind,
  itemKey: string,
  members: Omit<CountableItem["item"], "kind" | "id">,
): CountableItem {
  return { item: { kind, id: itemKey, ...members }, keys: [itemKey] };
}

function operationItem({ id, summary }: DescribedOperation): CountableItem {
  return itemOf("operation", key.operationKey(id), { operation: id, says: `${id}: ${summary}` });
}

/** An answer for each status; one for each code, if the table of states gives several for a status. */
function answerItems({ document, reached }: Source, operation: DescribedOperation): CountableItem[] {
  const codes = codesByStatus(document, { operation, reached });
  return [...operation.responses.keys()].flatMap((status) => {
    const several = [...(codes.get(status) ?? [])];
    const items = several.length > 1 ? several : [undefined];
    return items.map((code) =>
      itemOf("answer", key.answerKey(operation.id, status, code), {
        operation: operation.id,
        status,
        ...(code !== undefined && { code }),
        says: `${status}${code === undefined ? "" : ` ${code}`} of ${operation.id}`,
      }),
    );
  });
}

function codesByStatus(
  document: WidgetsDocument,
  { operation, reached }: { readonly operation: DescribedOperation; readonly reached: ReachedStates },
): Map<number, Set<string>> {
  const codes = new Map<number, Set<string>>();
  for (const [state, { code }] of Object.entries(document["x-lifecycle"].operations[operation.id] ?? {})) {
    const problem = code === undefined ? undefined : document["x-problems"][code];
    if (!problem || code === undefined || !reached.isMet(state)) continue;
    codes.set(problem.status, (codes.get(problem.status) ?? new Set()).add(problem.code ?? code));
  }
  return codes;
}

function stateItems({ document, reached }: Source): CountableItem[] {
  const states = Object.entries(document["x-lifecycle"].states).filter(([state]) => reached.isMet(state));
  return states.map(([state, { shows }]) =>
    itemOf("state", key.stateKey(state), {
      state,
      says: shows === null || shows === state ? `a widget that is ${state}` : `a widget that is ${state} (${shows})`,
    }),
  );
}

function transitionItems({ document, reached }: Source): CountableItem[] {
  const { operations, crawl } = document["x-lifecycle"];
  const moves = new Map<string, CountableItem>();
  for (const [operation, cells] of Object.entries(operations)) {
    for (const [from, { to }] of Object.entries(cells)) {
      if (to === undefined || to === from || !(from === "new" || reached.isMet(from))) continue;
      const item = itemOf("transition", key.transitionKey("widget.moved", from, to), {
        ...{ operation, from, to, says: `${operation} from ${from} to ${to}` },
      });
      moves.set(item.item.id, item);
    }
  }
  const ends = crawlEnds(crawl, reached).map(({ cause, from, to, event }) =>
    itemOf("transition", key.transitionKey(cause, from, to), {
      ...{ from, to, ...(event !== undefined && { event }) },
      says: `a ${cause === "crawl.failed" ? "failed" : "successful"} crawl, from ${from} to ${to}`,
    }),
  );
  return [...ends, ...moves.values()];
}

function crawlEnds({ succeeds, fails }: Lifecycle["crawl"], { isMet }: ReachedStates) {
  const causes = [
    ["crawl.failed", fails],
    ["crawl.succeeded", succeeds],
  ] as const;
  return causes.flatMap(([cause, cells]) =>
    Object.entries(cells).flatMap(([from, cell]) => (isMet(from) ? [{ cause, from, ...cell }] : [])),
  );
}

function eventItems({ document }: Source): CountableItem[] {
  return Object.entries(document.webhooks ?? {}).map(([event, { post }]) =>
    itemOf("event", key.eventKey(event), { event, says: `${event}: ${post?.summary ?? ""}` }),
  );
}

/** The control plane's document lists the circumstances, with what each is. */
function deliveryItems(): CountableItem[] {
  return constantsOf("DeliveryCircumstance").map(([circumstance, description]) =>
    itemOf("delivery", key.deliveryKey(circumstance), { delivery: circumstance as Circumstance, says: description }),
  );
}

function connectionItems(): CountableItem[] {
  const ways = Object.entries(key.brokenConnections) as [key.BrokenConnection, string][];
  return ways.map(([connection, says]) => itemOf("connection", key.connectionKey(connection), { connection, says }));
}

/** The constants of a schema of the control plane's document, with their descriptions. */
function constantsOf(name: string): (readonly [constant: string, description: string])[] {
  const schema = controlDocument.components.schemas[name] as Schema;
  return (schema.oneOf ?? []).map(({ const: constant, description = "" }) => [String(constant), description]);
}

/** A page beyond the first is a success with a cursor. */
function pageItems({ operations }: Source): CountableItem[] {
  return operations.flatMap(({ id, parameters }) => {
    const rule = parameters.find(({ name }) => name === "cursor");
    const keys = rule ? assumedBy(rule).map((one) => key.successKey(id, one)) : [];
    if (keys.length === 0) return [];
    return [{ item: { kind: "page", id: `page ${id}`, operation: id, says: `a second page of ${id}` }, keys }];
  });
}

function replayItems({ operations }: Source): CountableItem[] {
  const replayed = operations.filter(({ responses }) =>
    [...responses.values()].some(({ headers = {} }) => Object.hasOwn(headers, "Idempotency-Replayed")),
  );
  return replayed.map(({ id }) =>
    itemOf("replay", key.replayKey(id), {
      operation: id,
      says: `the first answer of ${id} again, for its Idempotency-Key`,
    }),
  );
}

function retryItems({ operations }: Source): CountableItem[] {
  const told = operations.flatMap(({ responses }) =>
    [...responses].flatMap(([status, { headers = {} }]) => (Object.hasOwn(headers, "Retry-After") ? [status] : [])),
  );
  return [...new Set(told)].sort().map((status) =>
    itemOf("retry", key.retryKey(status), {
      status,
      says: `the same request again when the Retry-After of a ${status} is over`,
    }),
  );
}

/** The assumed rules that an answer, an event or the end of a crawl can rest on, with the choices in force. */
function assumptionItems(source: Source, { choices }: Dialect): CountableItem[] {
  const { document } = source;
  const chosen: { readonly [rule in RuleId]?: string } = choices;
  const events = eventRules(document);
  const crawls = crawlEnds(document["x-lifecycle"].crawl, source.reached);
  const noted = new Set([...rulesOfAnswers(source), ...events.keys(), ...crawls.map(({ rule }) => rule)]);
  const rules = Object.entries(document["x-rules"]) as [RuleId, Rule][];
  return rules.flatMap(([rule, { basis, says }]) => {
    const choice = chosen[rule];
    if (basis !== "assumed" || choice === "omit") return [];
    const keys = [
      key.ruleKey(rule),
      ...(events.get(rule) ?? []),
      ...crawls.filter((end) => end.rule === rule).map(({ cause, from, to }) => key.transitionKey(cause, from, to)),
    ];
    const id = choice === undefined ? key.ruleKey(rule) : `${key.ruleKey(rule)} ${choice}`;
    const item = { kind: "assumption" as const, id, rule, ...(choice !== undefined && { choice }), says };
    // One that only code knows of counts when it was met.
    return [{ item, keys, isOptional: !noted.has(rule) }];
  });
}

/** The rules behind the answers of operations, and behind the script that embeds widgets. */
function* rulesOfAnswers({ document, operations, reached }: Source): Generator<RuleId> {
  for (const { assumed, responses, parameters, body, id } of operations) {
    yield* assumed;
    for (const response of responses.values()) yield* assumedBy(response);
    for (const parameter of parameters) yield* assumedBy(parameter);
    if (body) yield* rulesIn(document, body);
    for (const [state, { rule }] of Object.entries(document["x-lifecycle"].operations[id] ?? {})) {
      if (reached.isMet(state) || state === "new" || state === "unknown") yield rule;
    }
  }
  if (document["x-embed"]) yield* assumedBy(document["x-embed"]);
}

/** The rules of a schema and of all that is in it. */
function* rulesIn(document: WidgetsDocument, schema: Schema): Generator<RuleId> {
  const whole = schema.$ref === undefined ? schema : { ...resolve<Schema>(document, { $ref: schema.$ref }), ...schema };
  yield* assumedBy(whole);
  const parts = [...(whole.allOf ?? []), ...(whole.anyOf ?? []), ...Object.values(whole.properties ?? {})];
  if (whole.items) parts.push(whole.items);
  for (const part of parts) if (!part.readOnly) yield* rulesIn(document, part);
}

/** The rules behind events, each with the keys of the events that rest on it. */
function eventRules(document: WidgetsDocument): ReadonlyMap<RuleId, readonly string[]> {
  const rules = new Map<RuleId, string[]>();
  for (const [event, { post }] of Object.entries(document.webhooks ?? {})) {
    for (const rule of post ? rulesOfEvent(document, post) : []) {
      rules.set(rule, [...(rules.get(rule) ?? []), key.eventKey(event)]);
    }
  }
  return rules;
}

function rulesOfEvent(document: WidgetsDocument, operation: Operation): ReadonlySet<RuleId> {
  const parameters = (operation.parameters ?? []).map((parameter) => resolve<Parameter>(document, parameter));
  return new Set([...assumedBy(operation), ...parameters.flatMap(assumedBy)]);
}

/** The states that a widget can be in. */
interface ReachedStates {
  isMet(state: string): boolean;
}

/** Some states are reached only in some dialects. */
function statesReachedIn({ states, operations, crawl }: Lifecycle): ReachedStates {
  const reached = new Set(["new"]);
  const tables = [...Object.values(operations), crawl.succeeds, crawl.fails];
  for (const state of reached) {
    for (const table of tables) {
      const to = table[state]?.to;
      // The loop goes on with what is added to the set.
      if (to !== undefined) reached.add(to);
    }
  }
  return { isMet: (state) => reached.has(state) && Object.hasOwn(states, state) };
}
