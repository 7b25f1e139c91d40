import type { RuleId } from "../spec/generated/rules.ts";
import type { Judgement } from "./judge/judge.ts";
import { copyOf, lengthOf, type Shortened, type Suspicion, shortened, without } from "./plan/confirm.ts";
import type { Script } from "./plan/script.ts";

/** How often a script is made shorter; each time costs a crawl. */
const mostGenerations = 4;

/** A script on its way to its shortest form. */
interface Shrinking {
  readonly rule: RuleId;
  readonly script: Script;
  /** What is known to fail where this does not. */
  readonly fallback: Script | undefined;
}

/** A script, and what is done to make it shorter. */
interface Candidate extends Shrinking {
  readonly whole: Script;
  readonly shorter: readonly Shortened[];
}

/** Leaves out of each script, all at once, the steps that are not needed for its breach, until none can be spared. */
export async function shrink(
  suspicions: readonly Suspicion[],
  run: (scripts: readonly Script[]) => Promise<readonly Judgement[]>,
): Promise<void> {
  let open: Shrinking[] = suspicions.flatMap(({ rule, script }) =>
    script && lengthOf(script) > 1 ? [{ rule, script, fallback: undefined }] : [],
  );
  for (let generation = 0; generation < mostGenerations && open.length > 0; generation++) {
    const candidates = candidatesOf(open);
    const scripts = candidates.flatMap(({ whole, shorter }) => [whole, ...shorter]);
    const judgements = await run([...new Set(scripts)]);
    open = candidates.flatMap((candidate) => shorterOf(candidate, judgements));
  }
}

/** What is tried of each script: the same script only once, whatever rules it breaks. */
function candidatesOf(open: readonly Shrinking[]): Candidate[] {
  const known = new Map<string, Pick<Candidate, "whole" | "shorter">>();
  return open.map((one) => {
    const key = JSON.stringify(one.script.steps) + one.script.id;
    const word = known.size === 0 ? "" : `${known.size}.`;
    const tried = known.get(key) ?? {
      whole: copyOf(one.script, `~c0${word}`),
      shorter: shortened(one.script, `~c${word}`),
    };
    known.set(key, tried);
    return { ...one, ...tried };
  });
}

/** The script without everything that it did not need, if there is something left to leave out. */
function shorterOf(
  { rule, script, fallback, whole, shorter }: Candidate,
  judgements: readonly Judgement[],
): Shrinking[] {
  const failing = new Set(judgements.find((one) => one.rule === rule)?.findings.map((finding) => finding.script));
  // What could be left out one by one cannot always be left out together.
  if (!failing.has(whole.id)) return fallback ? [{ rule, script: fallback, fallback: undefined }] : [];
  const spared = shorter.filter(({ id }) => failing.has(id));
  const [first] = spared;
  if (!first || lengthOf(first) === 0) return [];
  const cuts = spared.map(({ cut }) => cut);
  return [{ rule, script: without(script, cuts), fallback: first }];
}
