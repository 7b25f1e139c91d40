import { createMock, type MockOptions } from "../../mock/index.ts";
import type { RunRecord } from "../history/record.ts";
import { mockAdapter } from "../mock-adapter.ts";
import type { VerifyOptions } from "../options.ts";
import type { Target } from "../target.ts";
import { run } from "../verify.ts";
import type { Report, RuleReport } from "./report.ts";

interface Tried {
  readonly mock?: MockOptions;
  readonly options?: VerifyOptions;
  readonly target?: Partial<Target>;
  /** Without another organization's key. */
  readonly isAlone?: boolean;
  readonly withAdapter?: boolean;
  /** Stands before the mock. */
  readonly between?: (request: Request, answer: (request: Request) => Promise<Response>) => Promise<Response>;
}

/** What the contract tests say of a mock on a manual clock, at little effort. */
export async function tried({
  mock: mockOptions,
  options,
  target,
  isAlone,
  withAdapter,
  between,
}: Tried = {}): Promise<{
  readonly report: Report;
  readonly record: RunRecord;
  readonly rule: (id: string) => RuleReport;
}> {
  const mock = createMock({ clock: "manual", crawl: "30s-60s", ...mockOptions });
  const reached: Target = {
    baseUrl: "http://mock.test",
    credential: { authorization: "Bearer sk_test_own" },
    ...(isAlone ? {} : { secondCredential: { authorization: "Bearer sk_test_second" } }),
    fetch: (request) => (between ? between(request, mock.fetch) : mock.fetch(request)),
    advance: (milliseconds) => void mock.clock.advance({ seconds: milliseconds / 1000 }),
    ...target,
  };
  const adapter = withAdapter ? await mockAdapter(reached) : undefined;
  const { report, record } = await run(adapter ? { ...reached, adapter } : reached, {
    effort: "quick",
    nonce: "n1",
    ...options,
  });
  mock.close();
  const rule = (id: string) => {
    const found = report.rules.find((one) => one.id === id);
    if (!found) throw new Error(`There is no ${id} in the report.`);
    return found;
  };
  return { report, record, rule };
}

/** Refuses what is asked by method and path. */
export function refusing(what: RegExp, status: number): NonNullable<Tried["between"]> {
  return (request, answer) =>
    what.test(`${request.method} ${new URL(request.url).pathname}`)
      ? Promise.resolve(new Response(null, { status }))
      : answer(request);
}
