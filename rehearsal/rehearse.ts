import type { WidgetsDocument } from "../spec/document.ts";
import { operationsOf } from "../spec/operations.ts";
import { publishedDocument } from "../spec/published-document.ts";
import { findPairs } from "./find-pairs.ts";
import { judgeRun, type RunOutcome } from "./judge-run.ts";
import { acceptedDependency, type KnownDependencies } from "./known-dependencies.ts";
import { type Met, metIn } from "./met.ts";
import { type PlannedVariation, planVariations, type Selection, selectVariations } from "./plan.ts";
import type {
  RehearsalReport,
  RehearsalVerdict,
  ReportedVariation,
  StruckOperations,
} from "./report/rehearsal-report.ts";
import { describeRunEnd, type RunResult } from "./run/run-result.ts";
import { strikeEach } from "./strike-each.ts";
import { combineVariations } from "./variations/combine.ts";
import type { MockSetup, Variation } from "./variations/variation.ts";

/** Runs a client's tests once against a mock of their own; each run takes a place of those that run side by side. */
export type RunClient = (setup: MockSetup) => Promise<RunResult>;

/** How a rehearsal is done. */
export interface RehearseOptions extends Selection {
  /** All variations that there are. */
  readonly variations: readonly Variation[];
  readonly document?: WidgetsDocument;
  /** Runs side by side (default 1). */
  readonly jobs?: number | undefined;
  /** Accepted dependencies. */
  readonly known?: KnownDependencies | undefined;
  /** What the exit code is 1 for (default `breaks`). */
  readonly failOn?: "breaks" | "none" | undefined;
  /** Looks for variations that only break together. */
  readonly pairs?: boolean | undefined;
  readonly report: Pick<RehearsalReport, "version" | "command" | "seed">;
  /** Called when a run of a variation begins. */
  readonly onRun?: (run: StartedRun) => void;
  /** Called with each verdict as it comes. */
  readonly onVerdict?: (variation: ReportedVariation, done: number, of: number) => void;
  /** Called after each run that looks for pairs. */
  readonly onPairs?: (runs: number) => void;
  /** Ends the rehearsal when it is aborted: what has no verdict by then is reported so. Before the baseline is there, it throws. */
  readonly signal?: AbortSignal | undefined;
}

/** A run that begins. */
export interface StartedRun {
  /** Its number, from 1, the baseline's own runs included. */
  readonly run: number;
  readonly variation: string;
  /** The operation that it strikes, where that is one alone. */
  readonly operation: string | undefined;
  /** How many variations have a verdict. */
  readonly done: number;
  /** How many will have one. */
  readonly of: number;
}

/** The run that all others are compared with. */
export interface Baseline {
  readonly run: RunResult;
  readonly met: Met;
  readonly runs: number;
  readonly failures: number;
}

/** The tests cannot be rehearsed: they fail in the default world, or never call the mock. */
export class BaselineError extends Error {
  override readonly name = "BaselineError";
  readonly run: RunResult;

  constructor(message: string, run: RunResult) {
    super(message);
    this.run = run;
  }
}

/** A run that fails is repeated so often. */
const repetitions = 2;
/** Where the suite has been seen to be flaky, a run that always fails is repeated so often again. */
const repetitionsIfFlaky = 5;

/**
 * Runs a client's tests in a baseline, and then in each variation that applies to what they met.
 * @throws BaselineError if the baseline fails, RangeError for an unknown variation
 */
export async function rehearse(runClient: RunClient, options: RehearseOptions): Promise<RehearsalReport> {
  const began = performance.now();
  const startedAt = new Date().toISOString();
  const { document = publishedDocument } = options;
  const { baseline, planned } = await planRehearsal(runClient, options);
  const rehearsal = new Rehearsal(runClient, baseline, options);
  const single = await rehearsal.judgeAll(planned);
  const pairs = options.pairs ? await rehearsal.judgePairs(planned, single) : [];
  const variations = [...single, ...pairs];
  const { met, run, runs, failures } = baseline;
  return {
    ...options.report,
    startedAt,
    seconds: seconds(performance.now() - began),
    runs: runs + rehearsal.runs,
    baseline: { seconds: seconds(run.durationMs), runs, failures, met: reportedMet(met) },
    uncalledOperations: operationsOf(document).flatMap(({ id }) => (met.operations.has(id) ? [] : [id])),
    variations,
    isInterrupted: options.signal?.aborted ?? false,
    exitCode: variations.some(({ failsRun }) => failsRun) ? 1 : 0,
  };
}

/** What a rehearsal would run. */
export interface RehearsalPlan {
  readonly baseline: Baseline;
  readonly planned: readonly PlannedVariation[];
}

/**
 * Runs the baseline alone, and says what would follow.
 * @throws BaselineError if it fails, RangeError for an unknown variation
 */
export async function planRehearsal(
  runClient: RunClient,
  options: Pick<RehearseOptions, "variations" | keyof Selection>,
): Promise<RehearsalPlan> {
  const selected = selectVariations(options.variations, options);
  const baseline = await runBaseline(runClient);
  return { baseline, planned: planVariations(selected, baseline.met) };
}

/**
 * Runs a client's tests as they are, and says what they met.
 * @throws BaselineError if they fail, or never call the mock
 */
async function runBaseline(runClient: RunClient): Promise<Baseline> {
  const results = [await runClient({})];
  for (let again = 0; again < repetitions && !results.at(-1)?.passed; again++) results.push(await runClient({}));
  const run = results.at(-1) as RunResult;
  const ended = describeRunEnd(run.end);
  if (!run.passed)
    throw new BaselineError(
      `the tests fail in the baseline, ${results.length} times of ${results.length}: ${ended}`,
      run,
    );
  if (run.log.requests.length === 0) throw new BaselineError("the tests pass, and never called the mock", run);
  return { run, met: metIn(run.log), runs: results.length, failures: results.length - 1 };
}

/** What a variation that broke has shown, and how it goes on. */
interface Repetition extends Pick<ReportedVariation, "runs" | "failures" | "broken"> {
  readonly times: number;
  /** The operations that it strikes; all by default. */
  readonly operations?: readonly string[] | undefined;
}

/** Judges variations beside a baseline. */
class Rehearsal {
  readonly #runClient: RunClient;
  readonly #baseline: Baseline;
  readonly #options: RehearseOptions;
  /** Runs so far. */
  runs = 0;
  /** How many variations have a verdict, and how many will have one. */
  #done = 0;
  #of = 0;
  /** True once the tests have both passed and failed in one world. */
  #isFlaky: boolean;

  constructor(runClient: RunClient, baseline: Baseline, options: RehearseOptions) {
    this.#runClient = runClient;
    this.#baseline = baseline;
    this.#options = options;
    this.#isFlaky = baseline.failures > 0;
  }

  /** The verdicts, in the order of the plan. */
  async judgeAll(planned: readonly PlannedVariation[]): Promise<ReportedVariation[]> {
    const { jobs = 1 } = this.#options;
    const verdicts = new Map<PlannedVariation, ReportedVariation>();
    const waiting = [...planned];
    this.#of = planned.filter(({ notApplicable }) => notApplicable === undefined).length;
    this.#done = 0;
    const work = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const verdict = await this.#judge(next);
        verdicts.set(next, verdict);
        if (next.notApplicable === undefined && verdict.verdict !== "interrupted")
          this.#options.onVerdict?.(verdict, ++this.#done, this.#of);
      }
    };
    await inParallel(jobs, work);
    // What broke before the suite was seen to be flaky may have been chance as well.
    const doubtful = planned.filter((one) => this.#isFlaky && isDoubtful(verdicts.get(one)));
    await inParallel(jobs, async () => {
      for (let next = doubtful.shift(); next; next = doubtful.shift()) {
        verdicts.set(next, await this.#judgeAgain(next.variation, verdicts.get(next) as ReportedVariation));
      }
    });
    return planned.flatMap((one) => verdicts.get(one) ?? []);
  }

  /** Looks for what only breaks together among the variations that were survived. */
  async judgePairs(
    planned: readonly PlannedVariation[],
    verdicts: readonly ReportedVariation[],
  ): Promise<ReportedVariation[]> {
    const survived = planned.flatMap(({ variation }, place) =>
      verdicts[place]?.verdict === "survives" ? [variation] : [],
    );
    const search = findPairs(survived, async (set) => {
      this.#options.signal?.throwIfAborted();
      const { verdict } = await this.#runOnce(combineVariations(set));
      this.#options.onPairs?.(this.runs);
      return verdict !== "breaks";
    });
    const sets = await this.#unlessInterrupted(search, () => []);
    const combined = sets.map((set) => ({ variation: combineVariations(set), notApplicable: undefined }));
    return (await this.judgeAll(combined)).filter(({ verdict }) => verdict !== "survives");
  }

  async #judge({ variation, notApplicable }: PlannedVariation): Promise<ReportedVariation> {
    if (notApplicable !== undefined)
      return this.#report(variation, { verdict: "not-applicable", reason: notApplicable });
    return this.#unlessInterrupted(this.#judgeByRuns(variation), () =>
      this.#report(variation, { verdict: "interrupted", reason: "its runs had not ended" }),
    );
  }

  async #judgeByRuns(variation: Variation): Promise<ReportedVariation> {
    const { met } = this.#baseline;
    let operations = variation.struck?.(met);
    for (let runs = 1; ; runs++) {
      const { verdict, reason, broken, struck } = await this.#run(variation, operations);
      if (verdict === "breaks")
        return this.#repeat(variation, { runs: 1, failures: 1, broken, times: repetitions, operations });
      // Where a fault made the tests leave something out, that is struck in a run of its own.
      const missed = operations?.filter((operation) => !struck.includes(operation)) ?? [];
      if (runs === 1 && (missed.length === 0 || struck.length === 0))
        return this.#report(variation, { verdict, reason, runs });
      if (missed.length === 0) return this.#report(variation, { verdict: "survives", reason, runs });
      if (struck.length === 0)
        return this.#report(variation, { verdict: "survives", reason: `never struck ${missed.join(", ")}`, runs });
      operations = missed;
    }
  }

  #judgeAgain(variation: Variation, { runs, failures, broken }: ReportedVariation): Promise<ReportedVariation> {
    return this.#repeat(variation, { runs, failures, broken, times: repetitionsIfFlaky });
  }

  /** Runs a variation that broke so many times again, until it does not break. */
  async #repeat(variation: Variation, { times, operations, ...before }: Repetition): Promise<ReportedVariation> {
    let { runs, failures } = before;
    const { broken } = before;
    const repeat = async () => {
      for (let again = 0; again < times && failures === runs; again++) {
        const { verdict } = await this.#run(variation, operations);
        runs++;
        if (verdict === "breaks") failures++;
      }
    };
    const isInterrupted = await this.#unlessInterrupted(
      repeat().then(() => false),
      () => true,
    );
    if (isInterrupted) {
      const reason = `it failed ${failures} times of ${runs}, which may be chance`;
      return this.#report(variation, { verdict: "interrupted", reason, runs, failures, broken });
    }
    if (failures === runs) {
      return this.#report(variation, {
        verdict: "breaks",
        runs,
        failures,
        broken,
        operations: await this.#strikeEach(variation),
      });
    }
    this.#isFlaky = true;
    return this.#report(variation, {
      verdict: "flaky",
      reason: `it failed ${failures} times of ${runs}`,
      runs,
      failures,
      broken,
    });
  }

  /** Strikes each operation alone. A run of each is enough, unless chance may have failed it: together they always break. */
  #strikeEach(variation: Variation): Promise<StruckOperations | undefined> {
    const { known = {} } = this.#options;
    if (acceptedDependency(known, variation, new Date())?.isExpired === false) return Promise.resolve(undefined);
    const struck = strikeEach(variation, this.#baseline.met, async (operations) => {
      for (let times = this.#isFlaky ? 1 + repetitions : 1; times > 0; times--) {
        const { verdict } = await this.#run(variation, operations);
        if (verdict !== "breaks") return false;
      }
      return true;
    });
    return this.#unlessInterrupted(struck, () => undefined);
  }

  /** What a part of the rehearsal comes to, or what is said in its place once the rehearsal is interrupted. */
  async #unlessInterrupted<Result>(part: Promise<Result>, instead: () => Result): Promise<Result> {
    try {
      return await part;
    } catch (error) {
      if (this.#options.signal?.aborted) return instead();
      throw error;
    }
  }

  /** @param operations those that it strikes, all by default */
  async #run(variation: Variation, operations?: readonly string[]): Promise<RunOutcome> {
    this.#options.signal?.throwIfAborted();
    const operation = operations?.length === 1 ? operations[0] : undefined;
    const run = this.#baseline.runs + this.runs + 1;
    this.#options.onRun?.({ run, variation: variation.id, operation, done: this.#done, of: this.#of });
    return this.#runOnce(variation, operations);
  }

  async #runOnce(variation: Variation, operations?: readonly string[]): Promise<RunOutcome> {
    this.runs++;
    const setup = variation.setup(this.#baseline.met, operations);
    const run = await this.#runClient(setup);
    return judgeRun({ variation, setup, run, baseline: this.#baseline.run.log });
  }

  #report(
    { id, kind, rule, difference }: Variation,
    outcome: Partial<Pick<ReportedVariation, "runs" | "failures" | "broken" | "reason" | "operations">> & {
      readonly verdict: RehearsalVerdict;
    },
  ): ReportedVariation {
    const { known = {}, failOn = "breaks", document = publishedDocument } = this.#options;
    const accepted = outcome.verdict === "breaks" ? acceptedDependency(known, { id, rule }, new Date()) : undefined;
    const isAccepted = accepted !== undefined && !accepted.isExpired;
    return {
      id,
      kind,
      rule,
      ruleText: document["x-rules"][rule].says,
      difference,
      reason: undefined,
      runs: 0,
      failures: 0,
      broken: undefined,
      operations: undefined,
      ...outcome,
      known: accepted,
      failsRun: outcome.verdict === "breaks" && failOn === "breaks" && !isAccepted,
    };
  }
}

/** True for what broke in as few runs as are enough for a suite that is not flaky. */
function isDoubtful(one: ReportedVariation | undefined): boolean {
  return one?.verdict === "breaks" && one.runs <= 1 + repetitions;
}

async function inParallel(jobs: number, work: () => Promise<void>): Promise<void> {
  // Whatever fails, nothing is left running.
  const ended = await Promise.allSettled(Array.from({ length: jobs }, work));
  for (const one of ended) if (one.status === "rejected") throw one.reason;
}

function reportedMet({
  requests,
  operations,
  rules,
  answers,
  statuses,
  events,
}: Met): RehearsalReport["baseline"]["met"] {
  return {
    requests,
    operations: Object.fromEntries(operations),
    rules: Object.fromEntries(rules),
    answers: Object.fromEntries(answers),
    statuses: Object.fromEntries(statuses),
    events: Object.fromEntries(events),
  };
}

function seconds(ms: number): number {
  return Math.round(ms) / 1000;
}
