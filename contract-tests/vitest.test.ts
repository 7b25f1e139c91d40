import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { publishedDocument } from "../spec/published-document.ts";

const root = join(import.meta.dirname, "..");

interface Told {
  readonly fullName: string;
  readonly status: "passed" | "failed" | "skipped" | "pending";
  readonly failureMessages: readonly string[];
}

/** A file of tests as a user would write it, run by Vitest in a process of its own. */
async function ran(
  setUp: string,
  options = "{}",
): Promise<{ readonly tests: readonly Told[]; readonly folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), "widgets-mock-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = `
    import { createMock } from "${join(root, "mock/index.ts")}";
    import { contractTests } from "${join(root, "contract-tests/vitest.ts")}";
    const mock = createMock({ clock: "manual" });
    const target = {
      baseUrl: "http://mock.test",
      credential: { authorization: "Bearer sk_test_own" },
      fetch: mock.fetch,
      advance: (milliseconds) => void mock.clock.advance(milliseconds),
    };
    ${setUp}
    contractTests(() => target, { effort: "quick", nonce: "n1", ...${options} });
  `;
  writeFileSync(join(folder, "contract.test.ts"), file);
  const config = { test: { deps: { interopDefault: false }, reporters: [["json", { outputFile: "result.json" }]] } };
  writeFileSync(join(folder, "vitest.config.mjs"), `export default ${JSON.stringify(config)};`);
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const child = spawn(process.execPath, [vitest, "run"], { cwd: folder, stdio: "ignore" });
  await new Promise((resolve) => child.once("close", resolve));
  const { testResults } = JSON.parse(readFileSync(join(folder, "result.json"), "utf8"));
  return { tests: testResults[0].assertionResults, folder };
}

function statusOf(tests: readonly Told[], id: string): string | undefined {
  return tests.find(({ fullName }) => fullName.startsWith(`${id} `))?.status;
}

const lastTest = "The run came to its end, and left nothing behind";

test("an implementation that keeps its promises passes a test for each of them", async () => {
  const { tests } = await ran("");
  const names = Object.entries(publishedDocument["x-rules"])
    .filter(([, { basis }]) => basis !== "assumed")
    .map(([id, { says }]) => `${id} ${says}`);
  expect(tests.map(({ fullName }) => fullName)).toEqual([...names, lastTest]);
  expect(tests.filter(({ status }) => status === "failed")).toEqual([]);
  expect([statusOf(tests, "PAUSE-1"), statusOf(tests, "EVENT-1")]).toEqual(["passed", "skipped"]);
});

test("a broken promise fails its test alone, with its story; what is known is skipped; and a report is written", async () => {
  const broken = 'mock.faults.add({ operation: "resumeWidget", status: 409 });';
  const { tests, folder } = await ran(broken, '{ report: "report" }');
  const failed = tests.filter(({ status }) => status === "failed");
  expect(failed.map(({ fullName }) => fullName)).toEqual(["PAUSE-2 Resume undoes it: `active` again"]);
  expect(failed[0]?.failureMessages[0]).toMatch(
    /^ContractBreach: FAIL PAUSE-2 [\s\S]*\/resume"[\s\S]*right +it is accepted/,
  );
  const { exit } = JSON.parse(readFileSync(join(folder, "report/report.json"), "utf8"));
  expect(exit).toBe(1);

  const known =
    '{ known: { "PAUSE-2": { reason: "being fixed", expires: "2999-01-01" } }, rules: ["PAUSE-1", "PAUSE-2"] }';
  const again = (await ran(broken, known)).tests;
  expect(again.map(({ fullName, status }) => [fullName.slice(0, 7), status])).toEqual([
    ["PAUSE-1", "passed"],
    ["PAUSE-2", "skipped"],
    ["The run", "passed"],
  ]);
});

test("a dialect that is not the one that is expected fails a test of its own, where that counts", async () => {
  const { tests } = await ran("", '{ expect: { "A-LIST-3": "oldest" }, expectLevel: "fail" }');
  const failed = tests.filter(({ status }) => status === "failed");
  expect(failed.map(({ fullName }) => fullName)).toEqual(["What is only assumed is as it is expected"]);
  expect(failed[0]?.failureMessages[0]).toContain("A-LIST-3: ");
});

test("where nothing can be judged that is a failure, not seventy tests that are skipped", async () => {
  const { tests } = await ran("mock.close(); target.fetch = async () => new Response(null, { status: 401 });");
  expect(tests.filter(({ status }) => status === "failed").map(({ fullName }) => fullName)).toEqual([lastTest]);
  expect(tests.at(-1)?.failureMessages[0]).toContain("Nothing could be judged: no widget could be created: 401.");
});
