import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { run, runIn, start } from "./bin.test-helper.ts";
import { northwind, send, widgets } from "./serve.test-helper.ts";

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "widgets-coverage-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

const readJson = (...path: string[]) => JSON.parse(readFileSync(join(...path), "utf8"));

test.each(["SIGTERM", "SIGINT"] as const)("serve --coverage writes a report when %s stops it", async (signal) => {
  const root = folder();
  const mock = await start("--coverage", join(root, "new", "folder"));
  await send(mock, "POST", widgets, northwind);
  const { code, out } = await mock.end(signal, signal);
  expect(code).toBe(0);
  expect(out).toMatch(/^Coverage: \d+ of \d+ items were met, .* %; see .*coverage\.html$/m);
  const { items } = readJson(root, "new", "folder", "coverage.json");
  expect(items.find(({ id }: { id: string }) => id === "answer createWidget 201").count).toBe(1);
  for (const file of ["coverage.html", "coverage.md"]) {
    expect(readFileSync(join(root, "new", "folder", file), "utf8")).toContain("a second page of listWidgets");
  }
});

test("serve --coverage-min exits with 1 if less was met, without the items to ignore", async () => {
  const mock = await start("--coverage-min", "90");
  await send(mock, "GET", widgets);
  const { code, err } = await mock.end("SIGTERM");
  expect([code, err]).toEqual([1, expect.stringMatching(/the coverage is .* %; it must be at least 90 %/)]);
  const ignore = ["answer *", "state *", "transition *", "event *", "delivery *", "retry *", "assumption *"];
  const others = ["page *", "replay *", "connection *", "operation *Conversation", "operation *Config"];
  const flags = [...ignore, ...others].flatMap((pattern) => ["--coverage-ignore", pattern]);
  const second = await start("--coverage-min", "11", ...flags, "--coverage-ignore", "answers *");
  await send(second, "GET", widgets);
  const end = await second.end("SIGTERM");
  expect(end.code).toBe(0);
  expect(end.err).toMatch(/--coverage-ignore: no item has an id like "answers \*"\n$/);
});

test("a folder that cannot be written is told at the start, and at the end where it went meanwhile", async () => {
  const refused = await run("--port", "0", "--coverage", "/dev/null/x");
  expect([refused.code, refused.err]).toEqual([
    2,
    expect.stringContaining("--coverage: cannot write to /dev/null/x: "),
  ]);
  const path = join(folder(), "coverage");
  const mock = await start("--coverage", path);
  rmSync(path, { recursive: true });
  writeFileSync(path, "");
  const { code, err } = await mock.end("SIGTERM");
  expect([code, err]).toEqual([1, expect.stringContaining(`could not be written to ${path}`)]);
});

test("coverage merges the reports of several mocks, prints what is left to do, and fails below a minimum", async () => {
  const root = folder();
  for (const [job, path] of [
    ["one", widgets],
    ["two", `${widgets}/wgt_x`],
  ] as const) {
    const mock = await start("--coverage", join(root, job));
    await send(mock, "GET", path);
    await mock.end("SIGTERM");
  }
  const summary = join(root, "summary.md");
  const environment = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summary };
  const merged = join(root, "merged");
  const { code, out } = await runIn(environment, "coverage", root, "--report", merged);
  expect(code).toBe(0);
  expect(out).toMatch(/^Coverage: .*\n {2}operation +2 of 12\n/);
  expect(out).toContain("Your tests never saw\n  - a failed crawl");
  expect(readFileSync(summary, "utf8")).toContain("## Coverage of the Widgets API");
  expect(readJson(merged, "coverage.json").dialects).toEqual(["default"]);
  const json = await run("coverage", join(root, "one", "coverage.json"), "--json", "--coverage-min", "50");
  expect(json.code).toBe(1);
  expect(JSON.parse(json.out).format).toBe(1);
  const nothing = await run("coverage", join(root, "nothing"));
  expect([nothing.code, nothing.err]).toEqual([2, expect.stringContaining("there is no")]);
});

test("ctl coverage tells what clients have not met, and begins anew", async () => {
  const mock = await start();
  await send(mock, "GET", widgets);
  const { out } = await run("ctl", "coverage", "get", "--url", mock.url);
  expect(out).toMatch(/operation +1 of 12/);
  const reset = await run("ctl", "coverage", "reset", "--url", mock.url);
  expect(reset.out).toMatch(/^counting anew; so far \d+ of \d+ items were met/);
  expect(JSON.parse((await run("ctl", "coverage", "get", "--json", "--url", mock.url)).out).met).toBe(0);
});
