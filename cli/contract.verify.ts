import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { run, start } from "./bin.test-helper.ts";

const keys = ["--api-key", "sk_test_own", "--second-api-key", "sk_test_second"];

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "widgets-mock-"));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

test("of a widget that is not the run's own nothing is written down, and nothing happens to it", async () => {
  const mock = await start("--clock", "manual");
  const headers = { authorization: "Bearer sk_test_own", "content-type": "application/json" };
  const body = JSON.stringify({ name: "Private", site_url: "https://private.example" });
  const foreign = await (await fetch(`${mock.url}/api/v1/widgets`, { method: "POST", headers, body })).json();
  const report = folder();
  expect((await run("contract", mock.url, ...keys, "--effort", "quick", "--report", report)).code).toBe(0);
  const written = readFileSync(join(report, "history.jsonl"), "utf8");
  expect([written.includes("Private"), written.includes(foreign.id), written.includes("foreign-")]).toEqual([
    false,
    false,
    true,
  ]);
  const after = await (await fetch(`${mock.url}/api/v1/widgets/${foreign.id}`, { headers })).json();
  expect(after).toEqual({ ...foreign, status: "active", last_crawl: after.last_crawl });
});

test("the dialect is told, makes a mock that has it, and can be expected of another one", async () => {
  const report = folder();
  const quick = [...keys, "--effort", "quick"];
  const hostile = await start("--clock", "manual", "--dialect", "hostile");
  const first = await run("contract", hostile.url, ...quick, "--report", report);
  expect(first.out).toMatch(/^ {2}A-DELETE-1 +observed "200", assumed "204"$/m);
  const file = join(report, "dialect.json");
  const written = JSON.parse(readFileSync(file, "utf8"));
  expect(written).toMatchObject({ "A-DELETE-1": "200", "A-LIST-3": "oldest", unsupported: {} });
  expect(JSON.parse(readFileSync(join(report, "report.json"), "utf8")).dialect).toEqual(written);

  const same = await start("--clock", "manual", "--dialect", file);
  const again = await run("contract", same.url, ...quick, "--expect", file, "--expect-level", "fail");
  expect({ code: again.code, told: /(WARN|FAIL) A-/.test(again.out) }).toEqual({ code: 0, told: false });

  const other = await start("--clock", "manual");
  const seen = folder();
  const warned = await run("contract", other.url, ...quick, "--expect", file, "--report", seen);
  expect(warned.code).toBe(0);
  expect(warned.out).toMatch(/^ {2}WARN A-DELETE-1 +observed "204", expected "200"$/m);
  const history = join(seen, "history.jsonl");
  const judged = await run("contract", "--judge", history, "--expect", file, "--expect-level", "fail");
  expect(judged.code).toBe(1);
  expect(judged.out).toMatch(/^ {2}FAIL A-DELETE-1 /m);
});

test.each(["as it was written", "none"])("with an adapter %s, a mock whose clock stands is advanced", async (which) => {
  const mock = await start("--clock", "manual");
  const [made, report] = [join(folder(), "adapter.mjs"), folder()];
  await run("contract", "init-adapter", made);
  const adapter = which === "none" ? which : made;
  const args = [...keys, "--adapter", adapter, "--effort", "quick", "--report", report];
  const { code } = await run("contract", mock.url, ...args);
  const { rules } = JSON.parse(readFileSync(join(report, "report.json"), "utf8"));
  const verdictOf = (rule: string) => rules.find(({ id }: { id: string }) => id === rule)?.verdict;
  expect({ code, "LIFE-1": verdictOf("LIFE-1"), "CREATE-5": verdictOf("CREATE-5") }).toEqual({
    code: 0,
    "LIFE-1": "pass",
    "CREATE-5": which === "none" ? "not-observed" : "pass",
  });
});

test("an adapter that cannot subscribe is itself at fault, and all else is checked", async () => {
  const mock = await start("--clock", "manual");
  const adapter = join(folder(), "adapter.mjs");
  writeFileSync(adapter, 'export default () => ({ subscribe() { throw new Error("no such thing here"); } });');
  const report = folder();
  const args = ["--adapter", adapter, "--webhook-port", "0", "--report", report, "--crawl-timeout", "2s"];
  const { code } = await run("contract", mock.url, ...keys, "--effort", "quick", ...args);
  const { rules } = JSON.parse(readFileSync(join(report, "report.json"), "utf8"));
  const found = rules.find(({ id }: { id: string }) => id === "EVENT-1");
  expect({ code, ...found }).toMatchObject({
    code: 2,
    verdict: "error",
    findings: [{ message: "The adapter's subscribe threw: no such thing here" }],
  });
});

test("an adapter that never answers, and keeps the process busy, does not outlive the time limit", async () => {
  const mock = await start("--crawl", "200ms");
  const adapter = join(folder(), "adapter.mjs");
  const member = "loadWidget: () => new Promise(() => void setInterval(() => undefined, 1000))";
  writeFileSync(adapter, `export default () => ({ ${member} });`);
  const report = folder();
  const { code, out } = await run(
    ...["contract", mock.url, ...keys, "--adapter", adapter, "--time-limit", "10s", "--report", report],
  );
  expect(code).toBe(2);
  expect(out).toContain("The run stopped early: time limit of 10 s.");
});

test("our mock keeps its promises; what was seen is written down, judged again to the same, and leaves nothing", async () => {
  const mock = await start("--clock", "manual");
  const report = folder();
  const { code, out, err } = await run("contract", mock.url, ...keys, "--effort", "quick", "--report", report);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(
    /^Documented rules: \d+ pass, \d+ not-observed\. \d+ requests, \d+ widgets, \d+ s, seed 1, exit code 0\.$/m,
  );
  const { rules, stats, seed, exitCode } = JSON.parse(readFileSync(join(report, "report.json"), "utf8"));
  expect({ seed, exitCode, widgets: stats.widgets > 10 }).toEqual({ seed: 1, exitCode: 0, widgets: true });
  expect(rules).toContainEqual(expect.objectContaining({ id: "PAUSE-4", basis: "said", verdict: "pass" }));
  expect(readFileSync(join(report, "junit.xml"), "utf8")).toContain('failures="0"');
  expect(readFileSync(join(report, "history.jsonl"), "utf8").includes("sk_test_own")).toBe(false);
  const again = await run("contract", "--judge", join(report, "history.jsonl"));
  expect(again).toEqual({ code: 0, out, err: "" });
  const list = await fetch(`${mock.url}/api/v1/widgets`, { headers: { authorization: "Bearer sk_test_own" } });
  expect((await list.json()).data).toEqual([]);
});
