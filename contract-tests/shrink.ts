import type { RuleId } from "../spec/generated/rules.ts";
import type { Judgement } from "./judge/judge.ts";
import { lengthOf, originOf, type Suspicion, shortened, without } from "./plan/confirm.ts";
import type { Script } from "./plan/script.ts";

/** How often a story is made shorter; each time costs a crawl. */
const mostGenerations = 4;

/** Leaves out of each script, all at once, the steps that are not needed for its breach, until none can be spared. */
export async function shrink(
  suspicions: readonly Suspicion[],
  run: (scripts: readonly Script[]) => Promise<Judgement[]>,
): Promise<void> {
  let open: Shrinking[] = suspicions.flatMap(({ rule, script }) =>
    script && lengthOf(script) > 1 ? [{ rule, script, fallback: undefined }] : [],
  );
  for (let generation = 0; generation < mostGenerations && open.length > 0; generation++) {
    const candidates = open.map((one) => ({ ...one, shorter: shortened(one.script) }));
    const scripts = candidates.flatMap(({ script, shorter }) => [whole(script), ...shorter.map((one) => one.script)]);
    const judgements = await run([...new Map(scripts.map((script) => [script.id, script])).values()]);
    open = candidates.flatMap(({ rule, script, fallback, shorter }): Shrinking[] => {
      const failing = new Set(judgements.find((one) => one.rule === rule)?.findings.map((finding) => finding.script));
      // What could be left out one by one cannot always be left out together.
      if (!failing.has(whole(script).id)) return fallback ? [{ rule, script: fallback, fallback: undefined }] : [];
      const spared = shorter.filter((one) => failing.has(one.script.id));
      const [first] = spared;
      if (!first || lengthOf(first.script) === 0) return [];
      return [
        {
          rule,
          script: without(
            script,
            spared.map(({ cut }) => cut),
          ),
          fallback: first.script,
        },
      ];
    });
  }
}

/** A script on its way to its shortest form. */
interface Shrinking {
  readonly rule: RuleId;
  readonly script: Script;
  /** What is known to fail where this does not. */
  readonly fallback: Script | undefined;
}

/** A script under a name of its own. */
function whole(script: Script): Script {
  return { ...script, id: `${originOf(script.id)}~c0` };
}
