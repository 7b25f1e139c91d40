import * as fc from "fast-check";
import type { ApiDocument, WidgetsDocument } from "../../spec/document.ts";
import type { JsonObject } from "../../spec/merge-patch.ts";
import type { RunSettings } from "../options.ts";
import type { Effort } from "./plan.ts";
import { drawPrograms } from "./programs.ts";
import { bodyless, createStep, type Script, trickyUpdate, until, widgetScript, write } from "./script.ts";
import { type CallStep, type PlanStep, type WindowStep, writes } from "./step.ts";
import {
  anyBody,
  documentedTexts,
  documentedUpdate,
  otherChoices,
  otherUpdate,
  plainUpdate,
  readOnlyUpdates,
  trickyBodies,
  unusualName,
  wholeObjects,
  withFlagsOff,
} from "./values.ts";

/** What the scripts that run side by side are made from. */
export interface ParallelOptions extends Pick<RunSettings, "effort" | "seed" | "callsPerSecond"> {
  readonly hosts: readonly string[];
  /** Whether an adapter looks at what was deleted. */
  readonly isObserved: boolean;
}

const { pause, resume, recrawl, remove } = bodyless;
const window: WindowStep = { kind: "window" };

/** How many scripts are random from their creates on. */
const randomScripts = { quick: 0, normal: 3, thorough: 130 };
/** How many steps scripts go on at random at most, and in so many steps a thorough run waits for crawls to end. */
const randomSteps = { quick: 0, normal: 8, thorough: 12, patient: 48 };
const stepsPerWindow = 6;

/** Every two operations one after the other, values that are hard, and how all of these go on at random. */
export function parallelScripts(document: WidgetsDocument, options: ParallelOptions): Script[] {
  const { effort, seed, hosts, isObserved } = options;
  const calls = writesWith(documentedUpdate(document));
  const values = trickyBodies(document, hosts);
  const all = [
    ...special(document, values, hosts),
    ...(effort === "normal" ? chains(write("updateWidget", documentedUpdate(document))) : []),
    ...(effort === "thorough" ? [...pairs(calls), ...triples(calls), ...races(calls)] : []),
    ...draftsAtRandom(values.map(trickyUpdate), seed, randomScripts[effort]),
  ];
  const scripts = all.map(({ live, ...script }) => ({ ...script, live: watched(live) }));
  const programs = drawPrograms(
    document,
    scripts.map(({ live = [] }) => live),
    { seed, hosts, length: lengthOfPrograms(options) },
  );
  // Each create has values that services tend to corrupt, or others at random.
  const bodies = [...values, ...fc.sample(anyBody(document, hosts), { seed, numRuns: scripts.length })];
  return scripts.map(({ id, create, draft = [], live, last = [] }, n) => {
    const made = create ?? { ...createStep, body: bodies.shift() ?? {}, isTricky: true };
    const parts = { draft, live: continued(live, programs[n] ?? [], effort), last, isObserved };
    return widgetScript("parallel", id, { create: made, ...parts });
  });
}

/** Who is in no hurry, with a limit of calls to keep to, has time for long ones. */
function lengthOfPrograms({ effort, callsPerSecond }: ParallelOptions): number {
  return randomSteps[effort === "thorough" && Number.isFinite(callsPerSecond) ? "patient" : effort];
}

/** How a script goes on: at random, while others wait for the ends of recrawls. */
function continued(live: readonly PlanStep[], program: readonly CallStep[], effort: Effort): readonly PlanStep[] {
  const isWatched = live.some(({ kind }) => kind === "window");
  if (effort === "thorough") {
    const steps = program.flatMap((step, n): PlanStep[] =>
      (n + 1) % stepsPerWindow === 0 ? [step, { ...window, isRandom: true }] : [step],
    );
    return [...live, ...steps];
  }
  return isWatched || program.length === 0 ? live : [...live, until("waiting"), ...program];
}

/** What is done with a widget while it is a draft, and when it is active. */
interface Parts {
  readonly id: string;
  readonly draft?: readonly PlanStep[];
  readonly live?: readonly PlanStep[];
  /** When everything else has been done. */
  readonly last?: readonly PlanStep[];
  /** What its create sends; a body with values that services tend to corrupt where it is left out. */
  readonly create?: CallStep;
}

/** The operations on a widget, an update with a body. */
export function writesWith(body: JsonObject): CallStep[] {
  return writes.map((operation) => (operation === "updateWidget" ? write(operation, body) : write(operation)));
}

/** What comes of a recrawl is looked at for as long as one may run, also of one that comes after that; what is left alone is looked at as long. */
function watched(live: readonly PlanStep[] | undefined): readonly PlanStep[] {
  if (live === undefined) return [];
  const last = live.slice(live.findLastIndex(({ kind }) => kind === "window") + 1);
  const calls = last.flatMap((step) => (step.kind === "call" ? [step, ...(step.race ? [step.race] : [])] : []));
  const isRecrawled = calls.some(({ operation }) => operation === "recrawlWidget");
  return isRecrawled || live.length === 0 ? [...live, window] : live;
}

function special(document: ApiDocument, values: readonly JsonObject[], hosts: readonly string[]): Parts[] {
  const plain = plainUpdate(document, hosts);
  const other = otherUpdate(document, plain);
  const updates = values.map(trickyUpdate);
  const [unicode, lines, empty] = updates;
  const spaced = updates.filter(({ body }) => JSON.stringify(body).includes('"  ')).slice(0, 1);
  const all = write("updateWidget", withFlagsOff(plain));
  const updateOf = (members: readonly string[], from = other) =>
    write("updateWidget", Object.fromEntries(members.map((member) => [member, from[member] ?? null])));
  const texts = documentedTexts(document);
  const [first = "", one = first] = texts;
  const chosen = updateOf([one]);
  const last = updateOf(Object.keys(other).slice(-2), plain);
  const atOnce = (from: JsonObject): CallStep => ({ ...updateOf([one], from), race: updateOf([first], from) });
  const twoOf = pairsOf(Object.keys(documentedUpdate(document)));
  const choices = otherChoices(document, plain);
  const kept = choices.slice(0, -1).flatMap((choice) => Object.keys(choice));
  const some = (...steps: readonly (PlanStep | undefined)[]) => steps.filter((step) => step !== undefined);
  return [
    { id: "left-alone", create: createStep, live: [] },
    { id: "unicode-name", live: [], create: { ...createStep, body: { name: unusualName }, isTricky: true } },
    { id: "values", live: [...updates, ...readOnlyUpdates(document).map(trickyUpdate)] },
    {
      id: "draft-update",
      draft: some(write("updateWidget", documentedUpdate(document)), unicode),
      live: some(pause, resume, empty),
    },
    { id: "draft-delete", draft: [remove], live: [window] },
    {
      id: "one-by-one",
      live: [
        all,
        ...Object.keys(other).map((member) => updateOf([member])),
        ...wholeObjects(document, plain).map((body) => write("updateWidget", body)),
      ],
    },
    {
      id: "two-by-two",
      // Each choice is written beside others that are not their defaults.
      live: [
        all,
        ...choices.map(trickyUpdate),
        ...kept.map((member) => updateOf([member])),
        ...twoOf.map((pair) => updateOf(pair)),
      ],
    },
    { id: "twice-paused", live: [all, all, pause, resume, pause, resume] },
    { id: "paused-update", live: [all, pause, chosen, resume] },
    { id: "recrawl-keeps", live: [all, chosen, recrawl, window, pause, resume, last, recrawl] },
    { id: "recrawl-update-one", live: [all, recrawl, chosen, window, updateOf([first]), recrawl, pause, resume] },
    { id: "values-kept", live: some(lines, pause, updates.at(-1), resume, empty, recrawl, window, pause, resume, all) },
    { id: "spaces-kept", live: [...spaced, pause, resume] },
    // Nothing overwrites what is empty before the list is read.
    { id: "draft-pause", draft: some(pause, resume, empty), live: [] },
    { id: "at-once", live: [all, ...[1, 2].flatMap(() => [atOnce(other), atOnce(plain)])] },
  ];
}

/**
 * Every two operations, one after the other, on as few widgets as they can be told apart on: what neither crawls nor
 * deletes on one, then each of the others before and after a recrawl, and before and after a delete.
 */
function chains(update: CallStep): Parts[] {
  // Each of the nine pairs of update, pause and resume once.
  const lap = [update, update, pause, pause, resume, resume, update, resume, pause, update];
  return [
    { id: "update-pause-resume", live: lap },
    // What comes after a recrawl has ended is another matter than what comes while it runs.
    named([update, recrawl, update], [recrawl, update]),
    named([pause, recrawl, pause], [resume, recrawl, pause, resume]),
    // It stays paused beyond the end of the recrawl.
    named([resume, recrawl, pause], [resume, pause, update, resume]),
    // What only comes after the second one has ended is done when all others only read.
    { ...named([recrawl, recrawl], [recrawl, recrawl]), last: [update, pause, resume, recrawl] },
    ...[update, pause, resume, recrawl].map((one) => named([one, remove, one])),
    named([remove, remove]),
  ];
}

function pairs(calls: readonly CallStep[]): Parts[] {
  return calls.flatMap((first) => calls.map((second) => named([first, second])));
}

function triples(calls: readonly CallStep[]): Parts[] {
  const living = calls.filter(({ operation }) => operation !== "deleteWidget");
  return living.flatMap((first) => living.flatMap((second) => calls.map((third) => named([first, second, third]))));
}

/** Every two operations at once, on an active widget and on a paused one. */
function races(calls: readonly CallStep[]): Parts[] {
  return calls.flatMap((first, n) =>
    calls.slice(n).flatMap((second): Parts[] => {
      const race: CallStep = { ...first, race: second };
      const id = `${short(first)}-beside-${short(second)}`;
      return [
        { id, live: [race] },
        { id: `paused-${id}`, live: [pause, race] },
      ];
    }),
  );
}

/** Scripts that write to a draft at random, and are random from there on. */
function draftsAtRandom(updates: readonly CallStep[], seed: number, count: number): Parts[] {
  const drafts = fc.sample(fc.array(fc.constantFrom(...updates), { maxLength: 2 }), { seed, numRuns: count });
  return drafts.map((draft, n) => ({ id: `random-${n + 1}`, draft }));
}

/** A script that is called after its calls; others come when a recrawl among them has ended. */
function named(live: readonly CallStep[], later: readonly CallStep[] = []): Parts {
  return { id: live.map(short).join("-"), live: later.length > 0 ? [...live, window, ...later] : live };
}

/** An operation's word for a script's id. */
export function short({ operation }: CallStep): string {
  return operation.replace(/Widget$/, "");
}

/** Every two of some words, the second later than the first. */
function pairsOf(words: readonly string[]): string[][] {
  return words.flatMap((first, n) => words.slice(n + 1).map((second) => [first, second]));
}
