import type { RuleId } from "../spec/generated/rules.ts";
import type { Judgement } from "./judge/judge.ts";
import {
  canBeShorter,
  copyOf,
  lengthOf,
  type Shortened,
  type Suspicion,
  shortened,
  without,
  withoutWritesAfter,
} from "./plan/confirm.ts";
import type { Cut, Script } from "./plan/script.ts";

/** How often a script is made shorter; each time costs a crawl. */
const mostGenerations = 5;

/** Of so many things each may be left in while the others are left out. */
const mostOfAllButOne = 12;

/** A script on its way to its shortest form. */
interface Shrinking {
  readonly rule: RuleId;
  readonly script: Script;
  /** What is tried beside it, where it may not fail: the shorter first. */
  readonly longer: readonly Script[];
  /** What is known to fail where none of these does. */
  readonly fallback: Script | undefined;
}

/** A script, and what is done to make it shorter. */
interface Candidate extends Shrinking {
  readonly whole: Script;
  readonly shorter: readonly Shortened[];
  /** Copies of what is longer. */
  readonly others: readonly Script[];
}

/** Leaves out of each script, all at once, the steps that are not needed for its breach, until none can be spared. */
export async function shrink(
  suspicions: readonly Suspicion[],
  run: (scripts: readonly Script[]) => Promise<readonly Judgement[]>,
): Promise<void> {
  let open: Shrinking[] = suspicions.flatMap(({ rule, script, shownAt }): Shrinking[] => {
    if (!script || !canBeShorter(script)) return [];
    const early = shownAt === undefined ? script : withoutWritesAfter(script, shownAt);
    return [{ rule, script: early, longer: [], fallback: lengthOf(early) < lengthOf(script) ? script : undefined }];
  });
  for (let generation = 0; generation < mostGenerations && open.length > 0; generation++) {
    const candidates = candidatesOf(open);
    const scripts = candidates.flatMap(({ whole, shorter, others }) => [whole, ...shorter, ...others]);
    const judgements = await run([...new Set(scripts)]);
    open = candidates.flatMap((candidate) => shorterOf(candidate, judgements));
  }
}

/** What is tried of each script: the same script only once, whatever rules it breaks. */
function candidatesOf(open: readonly Shrinking[]): Candidate[] {
  const known = new Map<string, Pick<Candidate, "whole" | "shorter" | "others">>();
  return open.map((one) => {
    const key = JSON.stringify([one.script, one.longer]);
    const word = known.size === 0 ? "" : `${known.size}.`;
    const tried = known.get(key) ?? {
      whole: copyOf(one.script, `~c0${word}`),
      shorter: shortened(one.script, `~c${word}`),
      others: one.longer.map((other, n) => copyOf(other, `~d${word}${n + 1}`)),
    };
    known.set(key, tried);
    return { ...one, ...tried };
  });
}

/** The script without everything that it did not need, if there is something left to leave out. */
function shorterOf(
  { rule, script, longer, fallback, whole, shorter, others }: Candidate,
  judgements: readonly Judgement[],
): Shrinking[] {
  const failing = new Set(judgements.find((one) => one.rule === rule)?.findings.map((finding) => finding.script));
  // What could be left out one by one cannot always be left out together.
  if (!failing.has(whole.id)) {
    const known = longer.find((_, n) => failing.has(others[n]?.id ?? "")) ?? fallback;
    return known ? [{ rule, script: known, longer: [], fallback: undefined }] : [];
  }
  const spared = shorter.filter(({ id }) => failing.has(id));
  const [first] = spared;
  if (!first) return [];
  const cuts = spared.map(({ cut }) => cut);
  const next = without(script, cuts);
  // One alone has been seen to fail already.
  if (spared.length === 1 && !canBeShorter(next)) return [];
  return [{ rule, script: next, longer: partsOf(cuts).map((some) => without(script, some)), fallback: first }];
}

/** Parts of what could be left out: all but one, where that is not many, and halves and quarters. */
function partsOf(cuts: readonly Cut[]): readonly (readonly Cut[])[] {
  // Of values there is only one to a member.
  if (cuts.length < 3 || cuts.some(({ value }) => value !== undefined)) return [];
  const slices = (count: number) => {
    const size = Math.ceil(cuts.length / count);
    return Array.from({ length: count }, (_, n) => cuts.slice(n * size, (n + 1) * size));
  };
  const allButOne = cuts.length <= mostOfAllButOne ? cuts.map((cut) => cuts.filter((one) => one !== cut)) : [];
  return [...allButOne, ...slices(2), ...slices(4)].filter((some) => some.length > 1);
}
