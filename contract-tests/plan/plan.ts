import * as fc from "fast-check";
import type { WidgetsDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import { isJsonObject, type JsonObject } from "../../spec/merge-patch.ts";
import { type Probes, probesFor } from "./probes.ts";
import { isRelevant, needsVisitor } from "./relevant.ts";
import type { Script, ScriptStep } from "./script.ts";
import {
  assumedValue,
  documentedUpdate,
  hostsOf,
  neverWritten,
  otherUpdate,
  plainUpdate,
  trickyUpdates,
  unusualName,
} from "./values.ts";

/** How much a run may cost. */
export type Effort = "quick" | "normal" | "thorough";

/** What a run is going to do, decided before its first call. */
export interface Plan {
  /** Widgets for the quiet lane, in which one operation at a time is done while nothing else happens. */
  readonly quiet: readonly Script[];
  readonly scripts: readonly Script[];
  /** Widgets that an adapter looks at. */
  readonly visitor: readonly Script[];
  /** What is asked when all else is done, to see what is only assumed. */
  readonly probes?: Probes;
}

export interface PlanOptions {
  readonly effort: Effort;
  readonly seed: number;
  /** The rules that are to be judged; all of them where it is left out. */
  readonly rules?: readonly RuleId[] | undefined;
  /** Whether an adapter looks at widgets. */
  readonly hasAdapter?: boolean;
  /** Sites that can be crawled, with {n} for a number. */
  readonly sites?: readonly string[];
  /** How many widgets it may make; the less telling scripts are left out. */
  readonly maxWidgets: number;
}

/** The operations on a widget. */
const writes = ["updateWidget", "pauseWidget", "resumeWidget", "deleteWidget", "recrawlWidget"] as const;

/** Plans a run: every two operations one after the other, values that are hard, and longer scripts at random. */
export function planRun(document: WidgetsDocument, options: PlanOptions): Plan {
  const { effort, seed, maxWidgets, sites = [], rules, hasAdapter = true } = options;
  const documented = documentedUpdate(document);
  const steps: readonly ScriptStep[] = writes.map((operation) =>
    operation === "updateWidget" ? { operation, body: documented } : { operation },
  );
  const hosts = hostsOf(sites);
  const plain = plainUpdate(document, hosts);
  const renaming = steps.map((step) => (step.body ? { ...step, body: { name: "Renamed", ...step.body } } : step));
  const quiet =
    effort === "quick" ? quietScripts(renaming).slice(0, 3) : withLate(quietScripts(renaming), steps.slice(-1));
  const values = trickyUpdates(document, hosts);
  const random = { quick: 0, normal: 3, thorough: 130 }[effort];
  const scripts = [
    ...special(steps, values, {
      plain,
      other: otherUpdate(document, plain),
      corner: assumedValue(document, "position", plain),
    }),
    ...(effort === "normal" ? chains(steps) : []),
    ...(effort === "thorough" ? [...pairs(steps), ...triples(steps), ...races(steps)] : []),
    ...atRandom(steps, values, seed, random),
  ].filter((script) => rules === undefined || isRelevant(script, rules));
  const isSeen = hasAdapter && (rules === undefined || needsVisitor(document, rules));
  const visitor = isSeen ? visitorScripts(effort, [{ operation: "updateWidget", body: documented }]) : [];
  const isAsked = effort !== "quick" && (rules?.some((rule) => document["x-rules"][rule].basis === "assumed") ?? true);
  return within({ quiet, scripts, visitor, ...(isAsked && { probes: probesFor(document) }) }, maxWidgets);
}

/** Where so few widgets are allowed, all of them go to documented rules. */
const fewWidgets = 20;

/**
 * A plan that makes so many widgets at most: the quiet lane goes before the visitor's, and both before the rest; of what
 * the probes need some is kept.
 */
export function within({ quiet, scripts, visitor, probes }: Plan, maxWidgets: number): Plan {
  const asked = maxWidgets > fewWidgets ? probes : undefined;
  const most = maxWidgets - (asked?.widgets ?? 0);
  const still = quiet.slice(0, most);
  const seen = visitor.slice(0, most - still.length);
  const rest = scripts.slice(0, most - still.length - seen.length);
  return { quiet: still, visitor: seen, scripts: rest, ...(asked && { probes: asked }) };
}

/** The widgets that an adapter looks at, by what is done with them; one is updated while it is a draft. */
function visitorScripts(effort: Effort, draft: readonly ScriptStep[]): Script[] {
  const words = ["visitor-pause", "visitor-recrawl", "visitor-delete", "visitor-draft"];
  // A second recrawl costs another crawl.
  return [...words, ...(effort === "thorough" ? ["visitor-recrawl-twice"] : [])].map((id) => ({
    id,
    lane: "visitor",
    create: {},
    draft: id === "visitor-draft" ? draft : [],
    live: [],
  }));
}

/** One widget an operation, what crawls at the end: until then nothing comes of it. All have equal names. */
function quietScripts(steps: readonly ScriptStep[]): Script[] {
  return steps.map((step) => ({
    id: `quiet-${short(step)}`,
    lane: "quiet",
    create: {},
    draft: [],
    live: [step],
    namesake: "quiet",
  }));
}

/** With one that is created when the others are active; and with a recrawl at last, while which nothing else is written. */
function withLate(scripts: readonly Script[], recrawl: readonly ScriptStep[]): Script[] {
  const late: Script = {
    id: "quiet-create",
    lane: "quiet",
    create: {},
    draft: [],
    live: [],
    namesake: "quiet",
    isLate: true,
  };
  const isResumed = ({ operation }: ScriptStep) => operation === "resumeWidget";
  const all = scripts.map((one) => (one.live.some(isResumed) ? { ...one, last: recrawl } : one));
  // It is no draft that the others are to touch.
  return [...all, late];
}

interface Values {
  readonly plain: JsonObject;
  /** Other values for the same members. */
  readonly other: JsonObject;
  /** A position that no widget has by itself. */
  readonly corner: JsonObject;
}

function special(
  steps: readonly ScriptStep[],
  values: readonly JsonObject[],
  { plain, other, corner }: Values,
): Script[] {
  const step = (operation: ScriptStep["operation"]): ScriptStep =>
    steps.find((one) => one.operation === operation) ?? { operation };
  const hard = (body: JsonObject): ScriptStep => ({ operation: "updateWidget", body, isTricky: true });
  const updates = values.map(hard);
  const all: ScriptStep = { operation: "updateWidget", body: { ...plain, show_label: false } };
  const [pause, resume, recrawl, remove] = (
    ["pauseWidget", "resumeWidget", "recrawlWidget", "deleteWidget"] as const
  ).map(step);
  const theme = isJsonObject(plain["theme"]) ? plain["theme"] : {};
  const wholeThemes = [7, 0].map(
    (radius): ScriptStep => ({ operation: "updateWidget", body: { theme: { ...theme, radius } } }),
  );
  const updateOf = (...members: readonly string[]): ScriptStep => ({
    operation: "updateWidget",
    body: Object.fromEntries(members.map((member) => [member, other[member] ?? null])),
  });
  const atOnce = ({ voice = "", persona = "" }: JsonObject): ScriptStep => ({
    operation: "updateWidget",
    body: { voice },
    beside: { operation: "updateWidget", body: { persona } },
  });
  const script = (
    id: string,
    draft: readonly (ScriptStep | undefined)[],
    live: readonly (ScriptStep | undefined)[],
  ): Script => ({
    id,
    lane: "parallel",
    create: {},
    draft: draft.filter((one) => one !== undefined),
    live: live.filter((one) => one !== undefined),
  });
  const pairs = [
    ["persona", "voice"],
    ["voice", "theme"],
    ["persona", "theme"],
  ];
  return [
    script("left-alone", [], []),
    { ...script("unicode-name", [], []), named: unusualName },
    script("values", [], [...updates, ...neverWritten.map(hard)]),
    script("draft-update", [step("updateWidget"), updates[0]], [pause, resume, updates[2]]),
    script("draft-delete", [remove], []),
    script("one-by-one", [], [all, ...Object.keys(other).map((member) => updateOf(member)), ...wholeThemes]),
    script("two-by-two", [], [all, hard(corner), ...pairs.map((pair) => updateOf(...pair)), updateOf("display_mode")]),
    script("twice-paused", [], [all, all, pause, resume, pause, resume]),
    script("paused-update", [], [all, pause, updateOf("voice"), resume]),
    script("recrawl-keeps", [], [all, updateOf("voice"), recrawl]),
    script("recrawl-update-one", [], [all, recrawl, updateOf("voice")]),
    script("values-kept", [], [updates[1], pause, updates.at(-1), resume, updates[2], recrawl]),
    script("spaces-kept", [], [updates.find(({ body }) => JSON.stringify(body).includes('"  ')), pause, resume]),
    script("draft-pause", [pause, resume], []),
    script("at-once", [], [all, ...[1, 2].flatMap(() => [atOnce(other), atOnce(plain)])]),
  ];
}

/**
 * Every two operations, one after the other, on as few widgets as they can be told apart on: what neither crawls nor
 * deletes on one, then each of the others before and after a recrawl, and before and after a delete.
 */
function chains(steps: readonly ScriptStep[]): Script[] {
  const of = (call: ScriptStep["operation"]) => steps.filter((step) => step.operation === call);
  const [update, pause, resume] = [of("updateWidget"), of("pauseWidget"), of("resumeWidget")];
  const [recrawl, remove] = [of("recrawlWidget"), of("deleteWidget")];
  const script = (id: string, live: readonly ScriptStep[]): Script => ({
    id,
    lane: "parallel",
    create: {},
    draft: [],
    live,
  });
  // Each of the nine pairs of update, pause and resume once.
  const lap = [update, update, pause, pause, resume, resume, update, resume, pause, update].flat();
  const around = (middle: readonly ScriptStep[], others: readonly (readonly ScriptStep[])[]) =>
    others.map((one) => script([...one, ...middle, ...one].map(short).join("-"), [...one, ...middle, ...one]));
  return [
    script("update-pause-resume", lap),
    ...around(recrawl, [update, pause]),
    script("resume-recrawl-pause-resume", [resume, recrawl, pause, resume].flat()),
    script("recrawl-recrawl", [recrawl, recrawl].flat()),
    ...around(remove, [update, pause, resume, recrawl]),
    script("delete-delete", [remove, remove].flat()),
  ];
}

/** Every two operations, one after the other. */
function pairs(steps: readonly ScriptStep[]): Script[] {
  return steps.flatMap((first) =>
    steps.map((second) => ({
      id: `${short(first)}-${short(second)}`,
      lane: "parallel",
      create: {},
      draft: [],
      live: [first, second],
    })),
  );
}

function triples(steps: readonly ScriptStep[]): Script[] {
  const living = steps.filter(({ operation }) => operation !== "deleteWidget");
  return living.flatMap((first) =>
    living.flatMap((second) =>
      steps.map((third) => ({
        id: [first, second, third].map(short).join("-"),
        lane: "parallel",
        create: {},
        draft: [],
        live: [first, second, third],
      })),
    ),
  );
}

/** Every two operations at once, on an active widget and on a paused one. */
function races(steps: readonly ScriptStep[]): Script[] {
  const pause = steps.filter(({ operation }) => operation === "pauseWidget");
  return steps.flatMap((first, n) =>
    steps.slice(n).flatMap((second): Script[] => {
      const race: ScriptStep = { ...first, beside: second };
      const id = `${short(first)}-beside-${short(second)}`;
      return [
        { id, lane: "parallel", create: {}, draft: [], live: [race] },
        { id: `paused-${id}`, lane: "parallel", create: {}, draft: [], live: [...pause, race] },
      ];
    }),
  );
}

function atRandom(steps: readonly ScriptStep[], values: readonly JsonObject[], seed: number, count: number): Script[] {
  const all = [...steps, ...values.map((body): ScriptStep => ({ operation: "updateWidget", body, isTricky: true }))];
  const step = fc.constantFrom(...all);
  const script = fc.record({
    draft: fc.array(fc.constantFrom(...all.filter(({ operation }) => operation === "updateWidget")), { maxLength: 2 }),
    live: fc.array(step, { minLength: 3, maxLength: 5 }),
  });
  return fc
    .sample(script, { seed, numRuns: count })
    .map((one, n) => ({ id: `random-${n + 1}`, lane: "parallel" as const, create: {}, ...one }));
}

function short({ operation }: ScriptStep): string {
  return operation.replace(/Widget$/, "");
}
