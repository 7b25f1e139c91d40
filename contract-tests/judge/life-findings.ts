import type { WidgetsDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import { outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { explain } from "./explain.ts";
import type { Finding } from "./finding.ts";
import type { Contradiction } from "./follow.ts";
import type { Lens, State } from "./state.ts";
import type { Timeline } from "./timeline.ts";
import { ruleThatWorks } from "./transitions.ts";

/** What the stories of the run's widgets show: every read and every answer against all states that they allow. */
export function lifeFindings(
  document: WidgetsDocument,
  history: History,
  timelines: readonly Timeline[],
  { lens, named }: { readonly lens: Lens; readonly named: readonly RuleId[] },
): Finding[] {
  const { explanations, unexplained } = explain(timelines, lens, history.settings, named);
  const findings = explanations.flatMap(({ rule: explained, contradictions }) =>
    contradictions.map((one): Finding => {
      const rule =
        explained === "UPDATE-1" && !named.includes("UPDATE-1") && !anyUpdate(history) ? "PATH-2" : explained;
      const level = document["x-rules"][rule].level === "warn" ? "warn" : "fail";
      return { rule, level, ...told(one) };
    }),
  );
  const others = unexplained.map((one): Finding => ({ rule: ruleWithout(one), level: "fail", ...told(one) }));
  return [...findings, ...others];
}

/** Where nothing that is known explains it: that the operation works, or that reads are true. */
function ruleWithout({ moment, states }: Contradiction): RuleId {
  const works = states
    .map(({ phase }) => ruleThatWorks(moment.exchange.call, phase))
    .find((rule) => rule !== undefined);
  return (moment.kind === "call" && works) || "GET-2";
}

/** Whether any update was ever accepted; where none was, it is its form that is not taken. */
function anyUpdate({ exchanges }: History): boolean {
  return exchanges.some(
    (exchange) => exchange.call === "updateWidget" && exchange.who === "own" && outcomeOf(exchange) === "done",
  );
}

function told(contradiction: Contradiction): Pick<Finding, "says" | "calls" | "script"> {
  const { timeline, moment } = contradiction;
  const own = timeline.moments.filter(
    ({ kind, exchange }) =>
      kind === "call" && exchange.widget === timeline.widget && exchange.ended <= moment.exchange.ended,
  );
  const calls = [timeline.created.n, ...own.map(({ exchange }) => exchange.n), moment.exchange.n];
  return { says: sentence(contradiction), calls: [...new Set(calls)], script: timeline.script };
}

function sentence({ timeline, moment, wrong, states }: Contradiction): string {
  const { exchange } = moment;
  const where = moment.kind !== "call" && moment.inList ? "the list" : `${exchange.request.method} ${exchange.call}`;
  const may = [...new Set(states.map(({ phase }) => phase))].join(" or ");
  if (moment.kind === "missing") return `${where} does not show ${timeline.id}, which must be ${may}.`;
  if (moment.kind === "call") {
    return `${exchange.call} answered ${exchange.response?.status ?? exchange.error} on a widget that must be ${may}.`;
  }
  if (wrong.includes("shown")) return `${where} shows ${timeline.id}, which must be gone.`;
  const seen = wrong.map(
    (name) => `${name} is ${show(at(moment.widget, name))}, expected ${expected(states, name, may)}`,
  );
  return `${where} shows ${timeline.id}: ${seen.join("; ")}.`;
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
