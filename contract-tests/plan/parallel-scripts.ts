import * as fc from "fast-check";
import type { ApiDocument } from "../../spec/document.ts";
import type { JsonObject } from "../../spec/merge-patch.ts";
import type { RunSettings } from "../options.ts";
import { bodyless, createStep, type Script, trickyUpdate, widgetScript, write } from "./script.ts";
import { type CallStep, type PlanStep, writes } from "./step.ts";
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
export interface ParallelOptions extends Pick<RunSettings, "effort" | "seed"> {
  readonly hosts: readonly string[];
  /** Whether an adapter looks at what was deleted. */
  readonly isObserved: boolean;
}

const { pause, resume, recrawl, remove } = bodyless;

/** Every two operations one after the other, values that are hard, and longer scripts at random. */
export function parallelScripts(document: ApiDocument, options: ParallelOptions): Script[] {
  const { effort, seed, hosts, isObserved } = options;
  const calls = writesWith(documentedUpdate(document));
  const values = trickyBodies(document, hosts);
  const scripts = [
    ...special(document, values, hosts),
    ...(effort === "normal" ? chains(write("updateWidget", documentedUpdate(document))) : []),
    ...(effort === "thorough" ? [...pairs(calls), ...triples(calls), ...races(calls)] : []),
    ...atRandom([...calls, ...values.map(trickyUpdate)], seed, { quick: 0, normal: 3, thorough: 130 }[effort]),
  ];
  // Each create has values that services tend to corrupt, or others at random.
  const bodies = [...values, ...fc.sample(anyBody(document, hosts), { seed, numRuns: scripts.length })];
  return scripts.map(({ id, create, draft = [], live = [] }) => {
    const made = create ?? { ...createStep, body: bodies.shift() ?? {}, isTricky: true };
    return widgetScript("parallel", id, { create: made, draft, live: watched(live), isObserved });
  });
}

/** What is done with a widget while it is a draft, and when it is active. */
interface Parts {
  readonly id: string;
  readonly draft?: readonly PlanStep[];
  readonly live?: readonly PlanStep[];
  /** What its create sends; a body with values that services tend to corrupt where it is left out. */
  readonly create?: CallStep;
}

/** The operations on a widget, an update with a body. */
export function writesWith(body: JsonObject): CallStep[] {
  return writes.map((operation) => (operation === "updateWidget" ? write(operation, body) : write(operation)));
}

/** What comes of a recrawl is looked at for as long as one may run; what is left alone is looked at as long. */
function watched(live: readonly PlanStep[]): readonly PlanStep[] {
  const calls = live.flatMap((step) => (step.kind === "call" ? [step, ...(step.race ? [step.race] : [])] : []));
  const isRecrawled = calls.some(({ operation }) => operation === "recrawlWidget");
  return isRecrawled || live.length === 0 ? [...live, { kind: "window" }] : live;
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
  const atOnce = (from: JsonObject): CallStep => ({ ...updateOf([one], from), race: updateOf([first], from) });
  const twoOf = pairsOf(Object.keys(documentedUpdate(document)));
  const choices = otherChoices(document, plain);
  const kept = choices.slice(0, -1).flatMap((choice) => Object.keys(choice));
  const some = (...steps: readonly (PlanStep | undefined)[]) => steps.filter((step) => step !== undefined);
  return [
    { id: "left-alone", create: createStep },
    { id: "unicode-name", create: { ...createStep, body: { name: unusualName }, isTricky: true } },
    { id: "values", live: [...updates, ...readOnlyUpdates(document).map(trickyUpdate)] },
    {
      id: "draft-update",
      draft: some(write("updateWidget", documentedUpdate(document)), unicode),
      live: some(pause, resume, empty),
    },
    { id: "draft-delete", draft: [remove] },
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
    { id: "recrawl-keeps", live: [all, chosen, recrawl] },
    { id: "recrawl-update-one", live: [all, recrawl, chosen] },
    { id: "values-kept", live: some(lines, pause, updates.at(-1), resume, empty, recrawl) },
    { id: "spaces-kept", live: [...spaced, pause, resume] },
    { id: "draft-pause", draft: [pause, resume] },
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
    ...[update, pause].map((one) => named([one, recrawl, one])),
    named([resume, recrawl, pause, resume]),
    named([recrawl, recrawl]),
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

function atRandom(calls: readonly CallStep[], seed: number, count: number): Parts[] {
  const script = fc.record({
    draft: fc.array(fc.constantFrom(...calls.filter(({ operation }) => operation === "updateWidget")), {
      maxLength: 2,
    }),
    live: fc.array(fc.constantFrom(...calls), { minLength: 3, maxLength: 5 }),
  });
  return fc.sample(script, { seed, numRuns: count }).map((one, n) => ({ id: `random-${n + 1}`, ...one }));
}

/** A script that is called after its calls. */
function named(live: readonly CallStep[]): Parts {
  return { id: live.map(short).join("-"), live };
}

/** An operation's word for a script's id. */
export function short({ operation }: CallStep): string {
  return operation.replace(/Widget$/, "");
}

/** Every two of some words, the second later than the first. */
function pairsOf(words: readonly string[]): string[][] {
  return words.flatMap((first, n) => words.slice(n + 1).map((second) => [first, second]));
}
