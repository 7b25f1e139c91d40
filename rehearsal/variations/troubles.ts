import { type DescribedOperation, operationsOf } from "../../spec/operations.ts";
import type { Met } from "../met.ts";
import type { VariationSource } from "./create-variations.ts";
import { judgeFailedCrawls } from "./failed-crawls.ts";
import { judgeRepeatedCreates } from "./repeated-creates.ts";
import type { FaultSetup, Variation } from "./variation.ts";

type Trouble = Omit<Variation, "kind">;

/** Seconds that a client is asked to wait. */
const retryAfterSeconds = 1;
/** Delay of a slow answer. */
const slowAnswerMs = 2000;

/** Trouble that real life brings, each once per operation that the baseline called. */
export function troubleVariations({ document }: VariationSource): Variation[] {
  const operations = operationsOf(document).filter(({ security }) => security !== undefined);
  const once = (fault: FaultSetup, canBeStruck: (operation: DescribedOperation) => boolean = () => true) => {
    const names = operations.filter(canBeStruck).map(({ id }) => id);
    const struck = (met: Met) => names.filter((name) => met.operations.has(name));
    return {
      excludes: "first call",
      struck,
      notApplicable: (met: Met) => (struck(met).length > 0 ? undefined : "no operation was called"),
      setup: (met: Met, only: readonly string[] = struck(met)) => ({
        faults: only.map((operation) => ({ operation, calls: 1, ...fault })),
      }),
    };
  };
  const wait = `with Retry-After: ${retryAfterSeconds}`;
  const troubles: Trouble[] = [
    {
      id: "unavailable",
      rule: "A-OUT-1",
      difference: `The first call of each operation gets a 503 ${wait}, and has no effect`,
      ...once({ status: 503, retryAfterSeconds }),
    },
    {
      id: "rate-limited",
      rule: "A-RATE-1",
      difference: `The first call of each operation gets a 429 ${wait}, and has no effect`,
      ...once({ status: 429, retryAfterSeconds }),
    },
    {
      id: "reset",
      rule: "A-OUT-1",
      difference: "The connection of the first call of each operation is reset before it has an effect",
      ...once({ connection: "reset" }),
    },
    {
      id: "lost-answer",
      rule: "A-IDEM-1",
      difference: "The first call of each operation has its effect, and its connection is reset before the answer",
      ...once({ connection: "reset", carriedOut: true }),
      judge: judgeRepeatedCreates,
    },
    {
      id: "cut-answer",
      rule: "A-IDEM-1",
      difference: "The first answer of each operation is cut in the middle of its body",
      ...once({ connection: "truncate" }, hasBody),
      judge: judgeRepeatedCreates,
    },
    {
      id: "slow-answer",
      rule: "A-OUT-1",
      difference: `The first answer of each operation takes ${slowAnswerMs / 1000} s`,
      ...once({ latencyMs: slowAnswerMs }),
      judge: judgeRepeatedCreates,
    },
    {
      id: "crawl-in-progress",
      rule: "A-RECRAWL-2",
      difference: `The first recrawl gets a 409 ${wait}, as if somebody else had just started one`,
      ...once({ status: 409, retryAfterSeconds }, ({ id }) => id === "recrawlWidget"),
      notApplicable: ({ operations: called }) => (called.has("recrawlWidget") ? undefined : "no recrawl was asked for"),
    },
    {
      id: "failed-crawl",
      rule: "A-FAIL-1",
      difference: "The first crawl of each widget fails",
      notApplicable: ({ crawls }) => (crawls.has("first succeeded") ? undefined : "no first crawl succeeded"),
      setup: () => ({ faults: [{ operation: "createWidget", crawl: "failed" }] }),
      judge: judgeFailedCrawls,
    },
    {
      id: "failed-recrawl",
      rule: "A-RECRAWL-5",
      difference: "Each recrawl fails, and the widget keeps its old index",
      notApplicable: ({ crawls }) => (crawls.has("later succeeded") ? undefined : "no recrawl succeeded"),
      setup: () => ({ faults: [{ operation: "recrawlWidget", crawl: "failed" }] }),
      judge: judgeFailedCrawls,
    },
  ];
  return troubles.map((trouble) => ({ kind: "trouble", ...trouble }));
}

/** True for an operation whose answer has a body to cut. */
function hasBody({ responses, success }: DescribedOperation): boolean {
  return responses.get(success)?.content !== undefined;
}
