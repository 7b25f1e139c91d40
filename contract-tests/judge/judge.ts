import type { WidgetsDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { withoutProbes } from "../history/probes.ts";
import { firstListed, type JudgedTimeline, judgedCallsOf, judgedTimelinesOf } from "../history/timeline.ts";
import { callFindings } from "./call-findings.ts";
import { eventSightings } from "./event-findings.ts";
import { evidenceOf } from "./evidence.ts";
import type { Finding } from "./finding.ts";
import { lifeFindings } from "./life-findings.ts";
import { listFindings } from "./list-findings.ts";
import { writableMembers } from "./members.ts";
import { withoutNoise } from "./noise.ts";
import { quietSuspects, ruleOf, suspects } from "./relaxed.ts";
import { sameIdFindings } from "./same-id-findings.ts";
import { shapeFindings } from "./shape-findings.ts";
import { breaches, type Sighting } from "./sighting.ts";
import type { Lens } from "./state.ts";
import { formsOf } from "./values.ts";
import { adapterFaults, visitorSightings } from "./visitor-sightings.ts";

/** What is to be said of a rule. */
export type Verdict = "pass" | "fail" | "warn" | "note" | "not-observed" | "inconclusive" | "error";

/** The verdict on one rule. */
export interface Judgement {
  readonly rule: RuleId;
  readonly verdict: Verdict;
  /** How often it was put to the proof. */
  readonly observed: number;
  readonly findings: readonly Finding[];
  /** Why there is nothing to say, where that is known. */
  readonly reason?: string;
}

/**
 * Judges a history: the same history and document give the same verdicts, with no call and no clock.
 * @param named the rules that an earlier look has found broken: what they explain is told under them
 */
export function judge(document: WidgetsDocument, recorded: History, named: readonly RuleId[] = []): Judgement[] {
  const history = withoutProbes(recorded);
  const timelines = judgedTimelinesOf(recorded);
  const calls = judgedCallsOf(recorded);
  const lens = lensOf(document, calls, timelines, history.settings.sitesVouched);
  const looks = visitorSightings(history);
  const events = eventSightings(history, timelines);
  const seen = [...looks, ...events];
  const { findings, folded } = findingsOf(document, history, timelines, { lens, named, calls, looks, events });
  const evidence = evidenceOf(document, history, timelines);
  const hasSameIds = findings.some(({ rule }) => rule === "OBJ-15");
  return Object.entries(document["x-rules"])
    .filter(([, { basis }]) => basis !== "assumed")
    .map(([id]): Judgement => {
      const rule = id as RuleId;
      const own = findings.filter((finding) => finding.rule === rule);
      const isBlurred = hasSameIds && storied.includes(rule) && own.length === 0;
      const observed = isBlurred ? 0 : (evidence.get(rule) ?? 0) + seen.filter((one) => one.rule === rule).length;
      // What was seen broken passes nothing, though another rule is at the root of it.
      if (own.length === 0 && folded.has(rule))
        return { rule, verdict: "not-observed", observed: 0, findings: [], reason };
      const verdict = verdictOf(own, observed);
      const faults = verdict === "not-observed" ? adapterFaults(history, rule) : [];
      if (faults.length > 0) return { rule, verdict: "error", observed, findings: faults };
      return { rule, verdict, observed, findings: own };
    });
}

/** Why a rule has no verdict that only repeats what another one says. */
const reason = "what was seen of it follows from another rule that is broken";

/** The rules that only the stories of widgets show. */
const storied: readonly RuleId[] = [...suspects, ...quietSuspects].map(ruleOf);

/** What a history is judged beside. */
interface Beside {
  readonly lens: Lens;
  readonly calls: readonly Exchange[];
  readonly named: readonly RuleId[];
  /** What an adapter has told. */
  readonly looks: readonly Sighting[];
  /** What a receiver has told. */
  readonly events: readonly Sighting[];
}

/** What was found, and the rules of which all that was found is noise of it. */
interface Sifted {
  readonly findings: readonly Finding[];
  readonly folded: ReadonlySet<RuleId>;
}

/** All that was found, but noise. */
function findingsOf(
  document: WidgetsDocument,
  history: History,
  timelines: readonly JudgedTimeline[],
  { lens, named, calls, looks, events }: Beside,
): Sifted {
  const shapes = shapeFindings(document, timelines);
  const single = [...callFindings(history, timelines), ...shapes];
  // Where ids do not tell widgets apart there are no stories of widgets.
  if (single.some(({ rule }) => rule === "OBJ-15")) {
    const rest = single.filter(({ rule }) => rule !== "OBJ-14");
    return sifted([...rest, ...sameIdFindings(history, lens.members)], single);
  }
  // A member of another type is not what was written either.
  const roots = shapes.filter(({ level }) => level === "fail").map(({ rule }) => rule);
  const life = lifeFindings(document, history, timelines, { lens, named: [...named, ...roots], calls });
  const lists = listFindings(history, timelines);
  const found = { single, lists, events: breaches(events), life, looks: breaches(looks) };
  return sifted(withoutNoise(found, history), Object.values(found).flat());
}

function sifted(findings: readonly Finding[], all: readonly Finding[]): Sifted {
  const left = new Set(findings.map(({ rule }) => rule));
  return { findings, folded: new Set(all.map(({ rule }) => rule).filter((rule) => !left.has(rule))) };
}

function verdictOf(findings: readonly Finding[], observed: number): Verdict {
  for (const level of ["fail", "warn", "note"] as const) if (findings.some((one) => one.level === level)) return level;
  return observed > 0 ? "pass" : "not-observed";
}

/** How the target's widgets are looked at: with its own word for paused, if a pause has shown one. */
function lensOf(
  document: WidgetsDocument,
  calls: readonly Exchange[],
  timelines: readonly JudgedTimeline[],
  sitesVouched: boolean,
): Lens {
  const members = writableMembers(document);
  const words = timelines.flatMap(({ moments, widget }) =>
    moments.flatMap((moment, index) => {
      const next = moments[index + 1];
      const isPause =
        moment.kind === "call" &&
        moment.exchange.operation === "pauseWidget" &&
        moment.exchange.widget === widget &&
        outcomeOf(moment.exchange) === "done";
      const status = isPause && next?.kind === "shown" ? next.widget["status"] : undefined;
      return typeof status === "string" && !["draft", "active"].includes(status) ? [status] : [];
    }),
  );
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const [paused] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [];
  const showsActive = timelines.some(({ moments }) =>
    moments.some((moment) => moment.kind === "shown" && moment.widget["status"] === "active"),
  );
  const accepted = new Set(
    calls
      .filter((exchange) => exchange.operation === "updateWidget" && outcomeOf(exchange) === "done")
      .flatMap(({ request }) => formsOf(request.body ?? {})),
  );
  const ages = timelines.flatMap((timeline) => {
    const first = firstListed(timeline);
    return first ? [first.exchange.t1 - timeline.created.t1] : [];
  });
  return { members, paused, accepted, showsActive, listedAfterMs: Math.min(...ages), sitesVouched };
}
