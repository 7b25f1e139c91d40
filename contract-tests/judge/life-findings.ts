import type { WidgetsDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import type { JudgedTimeline } from "../history/timeline.ts";
import { widgetIn } from "../history/views.ts";
import { explain } from "./explain.ts";
import type { Finding } from "./finding.ts";
import { besideOf, type Contradiction } from "./follow.ts";
import { touchingCall } from "./neighbours.ts";
import { ruleOf } from "./relaxed.ts";
import type { Lens, State } from "./state.ts";
import { ruleThatWorks } from "./transitions.ts";
import { memberOf } from "./values.ts";

/** What the stories of the run's widgets show: every read and every answer against all states that they allow. */
export function lifeFindings(
  document: WidgetsDocument,
  history: History,
  timelines: readonly JudgedTimeline[],
  {
    lens,
    named,
    calls,
  }: { readonly lens: Lens; readonly named: readonly RuleId[]; readonly calls: readonly Exchange[] },
): Finding[] {
  const { explanations, unexplained } = explain(timelines, calls, lens, { settings: history.settings, named });
  const findings = explanations.flatMap(({ relaxation, contradictions }) =>
    contradictions.map((one): Finding => {
      const explained = ruleOf(relaxation);
      const rule =
        explained === "UPDATE-1" && !named.includes("UPDATE-1") && !anyUpdate(history) ? "PATH-2" : explained;
      const level = document["x-rules"][rule].level === "warn" ? "warn" : "fail";
      return { rule, level, ...told(one, calls, touchingCall(relaxation)) };
    }),
  );
  const others = unexplained.map((one): Finding => ({ rule: ruleWithout(one), level: "fail", ...told(one, calls) }));
  return [...findings, ...others];
}

/** Where nothing that is known explains it: that the operation works, or that reads are true. */
function ruleWithout({ moment, states }: Contradiction): RuleId {
  const works = states
    .map(({ phase }) => ruleThatWorks(moment.exchange.operation, phase))
    .find((rule) => rule !== undefined);
  if (moment.kind === "missing" && !moment.inList) return "GET-1";
  return (moment.kind === "call" && works) || "GET-2";
}

/** Whether any update was ever accepted; where none was, it is its form that is not taken. */
function anyUpdate({ exchanges }: History): boolean {
  return exchanges.some(
    (exchange) => exchange.operation === "updateWidget" && exchange.caller === "own" && outcomeOf(exchange) === "done",
  );
}

/** @param touching the operation on another widget that has led to it */
function told(
  contradiction: Contradiction,
  calls: readonly Exchange[],
  touching?: string,
): Omit<Finding, "rule" | "level"> {
  const { timeline, moment } = contradiction;
  const own = timeline.moments
    .filter(({ kind, exchange }) => kind === "call" && exchange.ended <= moment.exchange.ended)
    .map(({ exchange }) => exchange);
  const beside = besideOf(calls, timeline).findLast(
    ({ operation, ended }) => operation === touching && ended <= moment.exchange.ended,
  );
  const all = [timeline.created, ...own, ...(beside ? [beside] : []), moment.exchange];
  const told = { ...sentence(contradiction), calls: [...new Set(all.map(({ n }) => n))] };
  return touching === undefined ? { ...told, script: timeline.script } : { ...told, about: timeline.script };
}

function sentence({ timeline, moment, wrong, states }: Contradiction): Pick<Finding, "says" | "right" | "members"> {
  const { exchange } = moment;
  const { id } = timeline;
  const may = [...new Set(states.map(({ phase }) => phase))].join(" or ");
  if (moment.kind === "call") return answered(exchange, may);
  const where = moment.inList ? "the list" : exchange.operation;
  if (moment.kind === "missing") {
    return { says: `${where} does not show ${id}, which must be ${may}.`, right: `${where} shows it, ${may}` };
  }
  if (wrong.includes("shown")) {
    const right = moment.inList ? "no list shows it" : "404 or 410";
    return { says: `${where} shows ${id}, which must be gone.`, right };
  }
  const pairs = wrong.map((name) => ({
    name,
    seen: show(at(moment.widget, name)),
    right: expected(states, name, may),
  }));
  return {
    says: `${where} shows ${id}: ${pairs.map(({ name, seen, right }) => `${name} is ${seen}, expected ${right}`).join("; ")}.`,
    right: pairs.map(({ name, right }) => `${name} is ${right}`).join("; "),
    members: [...new Set(wrong.map(memberOf))],
  };
}

/** An answer that no state allows. */
function answered(exchange: Exchange, may: string): Pick<Finding, "says" | "right" | "members"> {
  const { operation, response, error } = exchange;
  if (operation === "createWidget") {
    const status = show(widgetIn(response?.body)?.["status"]);
    return { says: `The answer to a create shows the status ${status}.`, right: `the status is ${may}` };
  }
  const says = `${operation} answered ${response?.status ?? error} on a widget that must be ${may}.`;
  return { says, right: outcomeOf(exchange) === "refused" ? "it is accepted (2xx)" : "it is refused (4xx)" };
}

function expected(states: readonly State[], name: string, may: string): string {
  if (name === "status") return may;
  const values = states.map(({ values }) => values.get(name)).filter((value) => value !== undefined);
  return [...new Set(values.map(show))].join(" or ");
}

function at(widget: object, name: string): unknown {
  return name.split(".").reduce<unknown>((part, step) => (part as Record<string, unknown> | undefined)?.[step], widget);
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "missing";
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
