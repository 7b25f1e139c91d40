import type { RuleId } from "../../spec/generated/rules.ts";
import { defined } from "../defined.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import { areOfOneSite } from "../history/neighbours.ts";
import type { JudgedTimeline } from "../history/timeline.ts";
import { memberAt, widgetIn } from "../history/views.ts";
import { besideOf, type Contradiction } from "../model/follow.ts";
import { memberOf } from "../model/members.ts";
import type { Relaxation } from "../model/relaxation.ts";
import type { State } from "../model/state.ts";
import { entryOf, ruleEntries } from "../rules/index.ts";
import type { RuleContext } from "../rules/rule-entry.ts";
import { explain } from "./explain.ts";
import type { Finding } from "./finding.ts";

/** Reads that lag longer than this are told of as `--read-lag`. */
const longLagMs = 5000;

/** What timelines show: every view and every answer against all states that they allow. */
export function contradictionFindings(context: RuleContext, named: readonly RuleId[]): Finding[] {
  return explainedContradictions(context, named).map(({ finding }) => finding);
}

/** A contradiction, and the finding that it is told as. */
export interface ExplainedContradiction {
  readonly finding: Finding;
  readonly contradiction: Contradiction;
}

/**
 * The same, each with the contradiction that it is about.
 * @param allowed what may happen besides
 */
export function explainedContradictions(
  context: RuleContext,
  named: readonly RuleId[],
  allowed: readonly Relaxation[] = [],
): ExplainedContradiction[] {
  const { explanations, unexplained } = explain(context, named, allowed);
  const explained = explanations.flatMap(({ relaxation: { rule, touches }, contradictions }) =>
    contradictions.map((contradiction): ExplainedContradiction => {
      const broken = entryOf(rule).insteadOf?.({ ...context, named }) ?? rule;
      const level = context.document["x-rules"][broken].level === "warn" ? "warn" : "fail";
      return { finding: { rule: broken, level, ...toldOf(contradiction, context, touches) }, contradiction };
    }),
  );
  const others = unexplained.map((contradiction): ExplainedContradiction => {
    const rule = ruleOfUnexplained(contradiction, context);
    return { finding: { rule, level: "fail", ...toldOf(contradiction, context) }, contradiction };
  });
  return [...explained, ...others];
}

/** Where no relaxation explains it: that the operation works, or that reads are true. */
function ruleOfUnexplained(one: Contradiction, { model: { life } }: RuleContext): RuleId {
  const { moment, states } = one;
  const works = states
    .map(({ phase }) => life.ruleThatWorks(moment.exchange.operation, phase))
    .find((rule) => rule !== undefined);
  const taker = Object.entries(ruleEntries).find(([, { takesUnexplained }]) => takesUnexplained?.(one));
  return (moment.kind === "call" && works) || (taker?.[0] as RuleId);
}

/** @param touches the operation on another widget that has led to it */
function toldOf(one: Contradiction, context: RuleContext, touches?: string): Omit<Finding, "rule" | "level"> {
  const { history } = context;
  const { timeline, moment } = one;
  const { ended } = moment.exchange;
  const own = timeline.moments.filter(({ kind, exchange }) => kind === "call" && exchange.ended <= ended);
  const touching = besideOf(context.calls, timeline).filter((call) => call.operation === touches && call.began < ended);
  const ofSite = touching.findLast((call) => areOfOneSite(call.widget, timeline.widget, history));
  const beside = ofSite ?? touching.at(-1);
  const all = [timeline.created, ...own.map(({ exchange }) => exchange), ...(beside ? [beside] : []), moment.exchange];
  const calls = [...new Set(all.map(({ n }) => n))];
  const told = { ...sentenceOf(one), calls, ...defined({ isDraftAgain: isDraftAgain(one, context) || undefined }) };
  return touches === undefined ? { ...told, script: timeline.script } : { ...told, about: timeline.script };
}

/** Whether a get shows a draft that a get had shown active, longer ago than any read may lag. */
function isDraftAgain({ timeline, moment, wrong }: Contradiction, { model, history }: RuleContext): boolean {
  const { life } = model;
  const isGetOf = (view: JudgedTimeline["moments"][number], status: string) =>
    view.kind === "shown" && view.exchange.operation === "getWidget" && view.widget["status"] === status;
  if (!wrong.includes("status") || !isGetOf(moment, life.initial)) return false;
  const until = moment.exchange.t0 - Math.max(history.settings.readLagMs, longLagMs);
  return timeline.moments.some((view) => isGetOf(view, life.active) && view.exchange.t1 < until);
}

function sentenceOf({
  timeline,
  moment,
  wrong,
  states,
}: Contradiction): Pick<Finding, "message" | "expected" | "members"> {
  const { exchange } = moment;
  const { id } = timeline;
  const may = [...new Set(states.map(({ phase }) => phase))].join(" or ");
  if (moment.kind === "call") return answerOf(exchange, may);
  const where = moment.inList ? "the list" : exchange.operation;
  if (moment.kind === "missing") {
    return { message: `${where} does not show ${id}, which must be ${may}.`, expected: `${where} shows it as ${may}` };
  }
  if (wrong.includes("shown")) {
    const expected = moment.inList ? "no list shows it" : "404 or 410";
    return { message: `${where} shows ${id}, which must be gone.`, expected };
  }
  const pairs = wrong.map((name) => ({
    name,
    seen: printed(memberAt(moment.widget, name.split("."))),
    expected: expectedOf(states, name, may),
  }));
  return {
    message: `${where} shows ${id}: ${pairs.map(({ name, seen, expected }) => `${name} is ${seen}, expected ${expected}`).join("; ")}.`,
    expected: pairs.map(({ name, expected }) => `${name} is ${expected}`).join("; "),
    members: [...new Set(wrong.map(memberOf))],
  };
}

/** An answer that no state allows. */
function answerOf(exchange: Exchange, may: string): Pick<Finding, "message" | "expected" | "members"> {
  const { operation, response, error } = exchange;
  if (operation === "createWidget") {
    const status = printed(widgetIn(response?.body)?.["status"]);
    return { message: `The response to a create shows the status ${status}.`, expected: `the status is ${may}` };
  }
  const message = `${operation} returned ${response?.status ?? error} for a widget that must be ${may}.`;
  return { message, expected: outcomeOf(exchange) === "refused" ? "a 2xx response" : "a 4xx response" };
}

function expectedOf(states: readonly State[], name: string, may: string): string {
  if (name === "status") return may;
  const values = states.map(({ values }) => values.get(name)).filter((value) => value !== undefined);
  return [...new Set(values.map(printed))].join(" or ");
}

function printed(value: unknown): string {
  const text = JSON.stringify(value) ?? "missing";
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
