import type { RuleId } from "../../spec/generated/rules.ts";
import type { History } from "../history/history.ts";
import type { Finding } from "./finding.ts";

/** All that was found, by what has shown it. */
export interface FindingsBySource {
  /** Single calls. */
  readonly single: readonly Finding[];
  /** Ways through the list. */
  readonly lists: readonly Finding[];
  readonly events: readonly Finding[];
  /** The stories of widgets. */
  readonly life: readonly Finding[];
  /** What an adapter has told. */
  readonly looks: readonly Finding[];
}

/** What goes with a widget, and what nobody can do any more. */
const cascade = ["DELETE-2", "DELETE-3", "DELETE-4", "DELETE-5", "DELETE-9"] as const;

/** What was found, without what only repeats a breach that is at its root. */
export function withoutNoise({ single, lists, events, life, looks }: FindingsBySource, { walks }: History): Finding[] {
  const has = (findings: readonly Finding[], ...rules: readonly RuleId[]) =>
    findings.some(({ rule }) => rules.includes(rule));
  const but = (findings: readonly Finding[], ...rules: readonly RuleId[]) =>
    findings.filter(({ rule }) => !rules.includes(rule));
  // A widget that goes by another id is not found by the one it had, and is on no page.
  const hasNewIds = has(single, "OBJ-1");
  // A call that touches other widgets touches those that a visitor looks at, and those that an event is about.
  const isNoisy = has(life, "DELETE-8", "RECRAWL-7");
  // A first crawl that goes on when the widget is active already stands in the way of a recrawl, and still makes texts.
  const isEarly = has(looks, "LIFE-2");
  const isOfPages = ({ rule, calls }: Finding) =>
    rule === "SCOPE-3" && walks.some((walk) => walk.calls.length > 1 && walk.calls.includes(calls.at(-1) ?? 0));
  const stories = [
    ...(hasNewIds ? (["GET-1", "GET-2", "SCOPE-3", "DELETE-6", "DELETE-8"] as const) : []),
    ...(isEarly ? (["RECRAWL-1", "GET-2", "UPDATE-2", "UPDATE-7"] as const) : []),
  ];
  // What only pages leave out is no matter of what is listed.
  const hasHoles = has(lists, "LIST-2", "LIST-3");
  return [
    ...single,
    // Where a page leads nowhere no way through the list is whole.
    ...(hasNewIds ? [] : has(lists, "LIST-2") ? but(lists, "LIST-3") : lists),
    ...(isNoisy ? but(events, "EVENT-3") : events),
    ...but(life, ...stories).filter((finding) => !(hasHoles && isOfPages(finding))),
    // What was never deleted has left everything.
    ...(isNoisy ? [] : has(life, "DELETE-1") ? but(looks, ...cascade) : looks),
  ];
}
