import { afterEach, describe, type TestContext, test, vi } from "vitest";
import type { CheckedDocument } from "../spec/checked-document.ts";
import { type Json, type JsonObject, mergePatch } from "../spec/merge-patch.ts";
import type { ObservedExchange } from "../spec/observed-exchange.ts";
import { publishedDocument } from "../spec/published-document.ts";
import { readDocument } from "../spec/read-document.ts";
import { judgeRun, type RunOutcome } from "./judge-run.ts";
import { acceptedDependency, type KnownDependencies } from "./known-dependencies.ts";
import { metIn } from "./met.ts";
import { type Selection, selectVariations } from "./plan.ts";
import { breakFacts } from "./report/break-facts.ts";
import { type ReportedHappening, RunLog } from "./run/run-log.ts";
import type { RunResult } from "./run/run-result.ts";
import { strikeEach } from "./strike-each.ts";
import { createVariations } from "./variations/create-variations.ts";
import type { DeliverySetup, FaultSetup, MockSetup, Variation } from "./variations/variation.ts";
import { type ManualClock, runInVirtualTime, TimeLimitError } from "./virtual-time.ts";

/** Options that a mock is created with. */
export interface RehearsalMockOptions {
  readonly clock: string;
  readonly crawl: string;
  readonly dialect?: JsonObject;
  readonly document?: CheckedDocument;
  readonly faults?: readonly FaultSetup[];
  readonly deliveryFaults?: DeliverySetup;
  readonly observer: {
    onExchange(exchange: ObservedExchange): void;
    onHappening(happening: ReportedHappening): void;
  };
}

/** What a rehearsal needs of a mock; the one of `createMock` has it. */
export interface RehearsableMock {
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  readonly clock: ManualClock;
  close(): void;
}

/** How tests are rehearsed. */
export interface RehearsalOptions<Mock extends RehearsableMock> extends Selection {
  /** Creates a mock: `createMock` of `widgets-mock`. */
  readonly createMock: (options: RehearsalMockOptions) => Mock;
  /** Duration of a crawl, on a clock that takes no time (default `30s`). */
  readonly crawl?: string;
  /** The same in the variation `slow-crawls` (default `10m`). */
  readonly slowCrawl?: string;
  /** Seconds of its own time after which a test is ended (default 3600). */
  readonly timeLimitSeconds?: number;
  /** Accepted dependencies by variation or rule, each with a reason and its last day. */
  readonly known?: KnownDependencies;
}

/** What a test gets. */
export interface RehearsedWorld<Mock extends RehearsableMock> {
  readonly mock: Mock;
  /** URL of the API. While the test runs, the global `fetch` sends what begins with it to the mock, as `fetch` does. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly fetch: typeof globalThis.fetch;
}

/** Registers a test that runs in each variation. */
export type RehearsedTest<Mock extends RehearsableMock> = (
  name: string,
  run: (world: RehearsedWorld<Mock>) => Promise<void>,
) => void;

const baseUrl = "http://widgets.test";
const apiKey = "sk_test_rehearsal";
/** A test that fails in a variation is repeated so often. */
const repetitions = 2;

/**
 * Makes a `test` whose every test runs in a baseline, and once more in each variation of the mock that this makes possible,
 * in this process and on a clock of its own: timers and `Date` are faked, and while the test waits, time passes at once.
 * Variations are tests of their own, named `A-LIST-3=oldest: Lists start with the oldest widget`; those that do not apply are
 * skipped with the reason.
 * @throws RangeError for an unknown variation
 */
export function rehearsalTest<Mock extends RehearsableMock>(options: RehearsalOptions<Mock>): RehearsedTest<Mock> {
  const { slowCrawl = "10m" } = options;
  const source = { document: publishedDocument, slowCrawl, lateSeconds: 60, staleSeconds: 2 };
  const variations = selectVariations(createVariations(source), options);
  return (name, run) => {
    describe(name, () => {
      afterEach(() => void vi.unstubAllGlobals());
      const client = (setup: MockSetup) => runOnce(options, setup, run);
      let baseline: Promise<RunResult> | undefined;
      const baselineRun = () => {
        baseline ??= client({});
        return baseline;
      };
      test("baseline", async () => throwFailure(await baselineRun()));
      for (const variation of variations) {
        test(`${variation.id}: ${variation.difference}`, async (context) => {
          await checkVariation(variation, context, { baseline: await baselineRun(), client, options });
        });
      }
    });
  };
}

interface VariationCheck {
  readonly baseline: RunResult;
  readonly client: (setup: MockSetup) => Promise<RunResult>;
  readonly options: Pick<RehearsalOptions<RehearsableMock>, "known">;
}

/** Fails if the test breaks in a variation each time; it is skipped if it passes then, or has nothing to do with it. */
async function checkVariation(
  variation: Variation,
  context: TestContext,
  { baseline, client, options: { known = {} } }: VariationCheck,
): Promise<void> {
  if (!baseline.passed) context.skip("the baseline fails");
  const met = metIn(baseline.log);
  const notApplicable = variation.notApplicable(met);
  if (notApplicable !== undefined) context.skip(notApplicable);
  const runs: { readonly run: RunResult; readonly outcome: RunOutcome }[] = [];
  const runWith = async (operations?: readonly string[]) => {
    const setup = variation.setup(met, operations);
    const run = await client(setup);
    return { run, outcome: judgeRun({ variation, setup, run, baseline: baseline.log }) };
  };
  do {
    runs.push(await runWith());
  } while (runs.at(-1)?.outcome.verdict === "breaks" && runs.length <= repetitions);
  const { outcome, run } = runs[0] as (typeof runs)[number];
  if (outcome.verdict === "not-applicable") context.skip(outcome.reason);
  if (outcome.verdict !== "breaks") return;
  const failures = runs.filter((one) => one.outcome.verdict === "breaks").length;
  if (failures < runs.length) context.skip(`flaky: it failed ${failures} times of ${runs.length}`);
  const accepted = acceptedDependency(known, variation, new Date());
  if (accepted && !accepted.isExpired) context.skip(`accepted until ${accepted.expires}: ${accepted.reason}`);
  const { says: ruleText } = publishedDocument["x-rules"][variation.rule];
  const operations = await strikeEach(
    variation,
    met,
    async (some) => (await runWith(some)).outcome.verdict === "breaks",
  );
  const { broken } = outcome;
  const facts = breakFacts({ ...variation, ruleText, runs: runs.length, failures, broken, operations });
  throw new RehearsalBreak(facts, run.end.kind === "threw" ? run.end.error : undefined);
}

function throwFailure({ end }: RunResult): void {
  if (end.kind === "threw") throw end.error;
}

/** A variation that breaks a test. It has no stack: no line of the rehearsal is at fault. */
class RehearsalBreak extends Error {
  override readonly name = "RehearsalBreak";

  constructor(facts: ReturnType<typeof breakFacts>, cause: unknown) {
    const message = facts.map(([name, fact]) => `${name}: ${fact}`).join("\n");
    super(message, cause === undefined ? {} : { cause });
    this.stack = `${this.name}: ${message}`;
  }
}

async function runOnce<Mock extends RehearsableMock>(
  { createMock, crawl = "30s", timeLimitSeconds = 3600 }: RehearsalOptions<Mock>,
  { document: patch, ...setup }: MockSetup,
  run: (world: RehearsedWorld<Mock>) => Promise<void>,
): Promise<RunResult> {
  const document = patch && (await changedDocument(patch));
  const began = performance.now();
  const log = new RunLog(publishedDocument, Date.now);
  const mock = createMock({
    ...{ clock: "manual", crawl, ...setup },
    ...(document ? { document } : {}),
    observer: {
      onExchange: (exchange) => log.addExchange(exchange),
      onHappening: (happening) => log.addHappening(happening),
    },
  });
  const { fetch: realFetch } = globalThis;
  let unanswered = 0;
  const fetch: typeof globalThis.fetch = (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    if (!url.startsWith(`${baseUrl}/`)) return realFetch(input, init);
    unanswered++;
    return mock.fetch(input, init).finally(() => unanswered--);
  };
  vi.stubGlobal("fetch", fetch);
  const result = { durationMs: 0, lastLines: [], log };
  try {
    const pace = { limitSeconds: timeLimitSeconds, isAsked: () => unanswered > 0 };
    await runInVirtualTime(mock.clock, pace, () => run({ mock, baseUrl, apiKey, fetch }));
    return { ...result, durationMs: performance.now() - began, passed: true, end: { kind: "exited", code: 0 } };
  } catch (error) {
    const { seconds } = error instanceof TimeLimitError ? error : { seconds: undefined };
    const end = seconds === undefined ? { kind: "threw" as const, error } : { kind: "time-limit" as const, seconds };
    return { ...result, durationMs: performance.now() - began, passed: false, end };
  } finally {
    vi.unstubAllGlobals();
    mock.close();
  }
}

/** The documents that variations have, by their patches: each is checked once. */
const changedDocuments = new Map<string, Promise<CheckedDocument>>();

function changedDocument(patch: JsonObject): Promise<CheckedDocument> {
  const key = JSON.stringify(patch);
  const known =
    changedDocuments.get(key) ?? readDocument(mergePatch(publishedDocument as unknown as Json, patch) as object);
  changedDocuments.set(key, known);
  return known;
}
