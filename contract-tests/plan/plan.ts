import type { WidgetsDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import { type WrongCaller, wrongCallers } from "../history/exchange.ts";
import type { Lane } from "../history/origin.ts";
import type { RunSettings, VerifyOptions } from "../options.ts";
import { entryOf } from "../rules/index.ts";
import type { RuleEntry } from "../rules/rule-entry.ts";
import { foreignScripts } from "./foreign-scripts.ts";
import { parallelScripts } from "./parallel-scripts.ts";
import { probeScripts } from "./probe-scripts.ts";
import { quietScripts } from "./quiet-scripts.ts";
import {
  bodyless,
  cleanStep,
  createStep,
  isCreate,
  isSpare,
  type Script,
  until,
  walkStep,
  widgetsOf,
} from "./script.ts";
import { fittingSizes, type PlanStep } from "./step.ts";
import { documentedUpdate, hostsOf, plainUpdate } from "./values.ts";
import { visitorScripts } from "./visitor-scripts.ts";

/** How much a run may cost. */
export type Effort = "quick" | "normal" | "thorough";

/** What a run is going to do, decided before its first call. */
export interface Plan {
  /** In the order in which widgets are made; see `Lane` and `milestones` for what waits for what. */
  readonly scripts: readonly Script[];
}

/** What a plan depends on; the less telling scripts are left out where they would make too many widgets. */
export interface PlanOptions
  extends Pick<RunSettings, "effort" | "seed" | "maxWidgets">,
    Pick<VerifyOptions, "rules" | "sites" | "callsPerSecond"> {
  /** Whether an adapter looks at widgets. */
  readonly hasAdapter?: boolean;
  /** Whether there is a credential of another organization. */
  readonly hasSecond?: boolean;
  /** The callers with credentials that are wrong on purpose and may be sent; all where it is left out. */
  readonly wrong?: readonly WrongCaller[];
}

/** So many pages of one or two widgets are read where there are hundreds of others. */
const mostSmallPages = 60;

/** The walks in pages of sizes that services go wrong at, and of no size; the first of them finds out how many widgets are listed. */
const sizedWalks: readonly PlanStep[] = [
  ...fittingSizes.map((limit, n): PlanStep => ({ kind: "walk", limit, ...(n === 0 ? { isPatient: true } : {}) })),
  ...[1, 2].map((limit): PlanStep => ({ kind: "walk", limit, mostPages: mostSmallPages })),
  { kind: "walk", mostPages: mostSmallPages },
];

/**
 * The walks through the list: when every widget is made, when everything is written in pages of several sizes, and when
 * everything is deleted. What is there before and after was there.
 */
const listScript: Script = {
  id: "lists",
  lane: "list",
  steps: [
    ...[until("made"), walkStep],
    ...[until("settled"), ...sizedWalks, walkStep],
    ...[until("read"), until("events"), until("cleaned"), walkStep, cleanStep],
  ],
};

/**
 * Creates again when the newest widget is deleted, which is the oldest too and the only one where there are no others: no id
 * may come again. This comes before all others. It is deleted during its first crawl: what that brings back shows when that
 * must have ended.
 */
const idsScript: Script = {
  id: "ids",
  lane: "parallel",
  steps: [
    ...["one", "two"].flatMap((name) => [{ ...createStep, body: { name } }, bodyless.remove]),
    ...[until("done"), until("crawl-over"), until("looked"), cleanStep],
  ],
};

/** Plans a run. */
export function planRun(document: WidgetsDocument, options: PlanOptions): Plan {
  const { effort, seed, maxWidgets, sites = [], rules, hasAdapter = true, hasSecond = true } = options;
  const { callsPerSecond = Number.POSITIVE_INFINITY, wrong = wrongCallers } = options;
  const looks = (rule: RuleId) => entryOf(rule).adapter !== undefined || entryOf(rule).shown !== undefined;
  const isObserved = hasAdapter && (rules?.some(looks) ?? true);
  const isProbed = effort !== "quick" && (rules?.some((rule) => document["x-rules"][rule].basis === "assumed") ?? true);
  // What no wanted rule needs is not sent.
  const isNeeded = (part: RuleEntry["needsPart"]) =>
    effort !== "quick" && (rules?.some((rule) => entryOf(rule).needsPart === part) ?? true);
  const hosts = hostsOf(sites);
  const parallel = parallelScripts(document, { effort, seed, callsPerSecond, hosts, isObserved });
  const making = [
    ...(isNeeded("new-ids") ? [idsScript] : []),
    ...quietScripts(documentedUpdate(document), plainUpdate(document, hosts), effort === "quick"),
    ...(isObserved ? visitorScripts(document) : []),
    ...parallel.filter((script) => rules?.some((rule) => canShow(script, rule)) ?? true),
  ];
  const probes = isProbed ? probeScripts(document) : [];
  const spares = within({ scripts: [...making, ...probes] }, maxWidgets).scripts.filter(isSpare).length;
  // Probes borrow theirs, too.
  const lent = probes.filter(({ borrows }) => borrows === "spare").length;
  const callers = { hasSecond, wrong, isWhole: isNeeded("other-callers"), spares: spares - lent };
  const foreign = foreignScripts(document, callers);
  return within({ scripts: [...making, listScript, ...foreign, ...probes] }, maxWidgets);
}

/** Where so few widgets are allowed, all of them go to documented rules. */
const fewWidgets = 20;

/**
 * A plan that makes so many widgets at most: the quiet lane goes before the visitor's, and both before the rest; of what
 * the probes need some is kept.
 * @param isUrgent says of scripts whether they go before all others
 */
export function within(
  { scripts }: Plan,
  maxWidgets: number,
  isUrgent: (script: Script) => boolean = () => false,
): Plan {
  const isProbed = maxWidgets > fewWidgets;
  const wanted = scripts.filter(({ lane }) => lane !== "probe" || isProbed);
  let left = maxWidgets - widgetsIn(ofLane(wanted, "probe"));
  const [urgent, others] = [wanted.filter(isUrgent), wanted.filter((script) => !isUrgent(script))];
  const kept = new Set(
    [...urgent, ...others].filter((script) => {
      if (script.lane === "probe" || widgetsOf(script) === 0) return true;
      if (widgetsOf(script) > left) return false;
      left -= widgetsOf(script);
      return true;
    }),
  );
  return { scripts: wanted.filter((script) => kept.has(script)) };
}

/**
 * The scripts whose widgets are made before that of a script, one after the other: what sees that ids are new, the first
 * one, so that a namesake comes when it is there already, and those of probes, so that the newest widget is one that
 * documented rules are judged by.
 */
export function madeBefore(script: Script, { scripts }: Plan): Script[] {
  const making = scripts.filter(({ steps }) => steps.some(isCreate));
  const first = making.slice(0, making.includes(idsScript) ? 2 : 1);
  const early = [...new Set([...first, ...ofLane(making, "probe")])];
  if (!making.includes(script)) return [];
  return early.includes(script) ? early.slice(0, early.indexOf(script)) : early;
}

/** How many widgets scripts make at most. */
export function widgetsIn(scripts: readonly Script[]): number {
  return scripts.reduce((sum, script) => sum + widgetsOf(script), 0);
}

/** The scripts of some lanes. */
export function ofLane(scripts: readonly Script[], ...lanes: readonly Lane[]): Script[] {
  return scripts.filter(({ lane }) => lanes.includes(lane));
}

/** Whether a script can show that a rule is broken. */
function canShow({ steps }: Script, rule: RuleId): boolean {
  const calls = steps.flatMap((step) => (step.kind === "call" ? [step.operation, step.race?.operation] : []));
  return entryOf(rule).takes?.some((operation) => calls.includes(operation)) ?? true;
}
