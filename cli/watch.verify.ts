import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import packageJson from "../package.json" with { type: "json" };
import { act, type Job, jobWith, packPackage } from "./ci-job.test-helper.ts";

const page = readFileSync(join(import.meta.dirname, "../docs/watch.md"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "widgets-mock-packed-"));
let tarball = "";
beforeAll(() => {
  tarball = packPackage(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A request that a forge got. */
interface Got {
  readonly call: string;
  readonly body: Record<string, string>;
}

/** The API of a forge, on this machine, that has one artifact at most and the issues that it was given. */
async function forge(answer: (call: string, body: Record<string, string>) => unknown) {
  const got: Got[] = [];
  const server: Server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const [call, body] = [`${incoming.method} ${incoming.url}`, text === "" ? {} : JSON.parse(text)];
    got.push({ call, body });
    const found = answer(call, body);
    outgoing.writeHead(found === undefined ? 404 : 200);
    outgoing.end(Buffer.isBuffer(found) ? found : JSON.stringify(found ?? {}));
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => server.closeAllConnections());
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, got };
}

/** Starts a mock in a job; returns its address. */
async function mockIn(job: Job, args = ""): Promise<string> {
  const log = `mock-${Math.random().toString(36).slice(2)}.log`;
  const start = `npx widgets-mock --port 0 --clock manual ${args} >${log} 2>&1 & until grep -q listening ${log}; do sleep 0.2; done; cat ${log}`;
  const { out } = await job.bash(start);
  return /listening on (\S+)/.exec(out)?.[1] ?? "";
}

const quick = "--effort quick --max-widgets 6 --rules A-CREATE-1 --seed 1";
/** Each of these runs the contract tests several times, through npx. */
const timeoutMs = 400_000;

/** Watches a server as the action does, with GitHub's API at an address. */
function watch(job: Job, github: string, inputs: Record<string, string>) {
  const env = {
    GITHUB_API_URL: github,
    GITHUB_SERVER_URL: "https://github.test",
    GITHUB_REPOSITORY: "our/client",
    GITHUB_RUN_ID: "7",
  };
  Object.assign(job.env, env);
  const given = { "api-key": "sk_test_watch", version: tarball, args: quick, token: "t", ...inputs };
  return act(job, given, "contract");
}

test("a first run keeps its report, one without a difference says so, and one with a difference opens an issue, then updates it", {
  timeout: timeoutMs,
}, async () => {
  const job = jobWith(tarball);
  const issues: Record<string, string>[] = [];
  let zip: Buffer | undefined;
  const { url, got } = await forge((call, body) => {
    if (call.startsWith("GET /repos/our/client/actions/artifacts?")) {
      const one = { id: 3, name: "widgets-contract", created_at: "2026-01-01T00:00:00Z", workflow_run: { id: 6 } };
      return { artifacts: zip ? [one, { ...one, id: 2, created_at: "2025-01-01T00:00:00Z" }] : [] };
    }
    if (call === "GET /repos/our/client/actions/artifacts/3/zip") return zip;
    if (call.startsWith("GET /repos/our/client/issues?")) return issues;
    if (call === "POST /repos/our/client/issues") {
      issues.push({ ...body, number: "12" });
      return { html_url: "https://github.test/our/client/issues/12" };
    }
    if (call === "POST /repos/our/client/issues/12/comments")
      return { html_url: "https://github.test/our/client/issues/12#c" };
    return undefined;
  });
  const plain = await mockIn(job);
  const first = await watch(job, url, { "base-url": plain });
  expect({ code: first.code, ...first.outputs }).toMatchObject({
    code: 0,
    "exit-code": "0",
    changed: "",
    "issue-url": "",
  });
  const { report = "" } = first.outputs;
  execFileSync("zip", ["-q", "-r", "../last.zip", "."], { cwd: report });
  zip = readFileSync(join(report, "../last.zip"));

  const second = await watch(job, url, { "base-url": plain });
  expect(second.outputs).toMatchObject({ "exit-code": "0", changed: "false", "issue-url": "" });

  const other = await mockIn(job, "--dialect hostile");
  const third = await watch(job, url, { "base-url": other });
  expect(third.outputs).toMatchObject({ changed: "true", "issue-url": "https://github.test/our/client/issues/12" });
  expect(issues[0]).toMatchObject({ title: "Contract of widgets-contract changed", labels: ["widgets-contract"] });
  expect(issues[0]?.["body"]).toContain("| A-CREATE-1 | 201 | 200 |");
  const fourth = await watch(job, url, { "base-url": other });
  expect(fourth.outputs["issue-url"]).toBe("https://github.test/our/client/issues/12#c");
  expect(got.filter(({ call }) => call === "POST /repos/our/client/issues")).toHaveLength(1);
});

test("a server that cannot be reached ends the job with 2, and GitHub that cannot be reached only warns", async () => {
  const job = jobWith(tarball);
  const { url } = await forge(() => undefined);
  const { code, outputs } = await watch(job, url, { "base-url": "http://127.0.0.1:9" });
  expect({ code, ...outputs }).toMatchObject({ code: 2, "exit-code": "2", changed: "", report: "", "issue-url": "" });
});

test("the workflow of docs/watch.md gives the action what it takes", () => {
  const block = /```yaml\n# \.github\/workflows\/watch\.yml\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
  const { steps } = parse(block).jobs.watch;
  const action = parse(readFileSync(join(import.meta.dirname, "../contract/action.yml"), "utf8"));
  const step = steps.find(({ uses = "" }) => uses.includes("/widgets-mock/contract@"));
  expect(step.uses).toMatch(new RegExp(`@v${packageJson.version}$`));
  expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(step.with)));
});

test("the lines of docs/watch.md for GitLab compare with the last report, and open an issue, then add a note", {
  timeout: timeoutMs,
}, async () => {
  const block = /```yaml\n# \.gitlab-ci\.yml\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
  const { watch: job } = parse(block);
  const here = jobWith(tarball);
  let last: Buffer | undefined;
  const issues: Record<string, string>[] = [];
  const { url } = await forge((call, body) => {
    if (call.startsWith("GET /projects/5/jobs/artifacts/main/raw/report/report.json?job=watch")) return last;
    if (call.startsWith("GET /projects/5/issues?")) return issues;
    if (call === "POST /projects/5/issues") return issues.push({ ...body, iid: "4" });
    return call === "POST /projects/5/issues/4/notes" ? issues.push({ ...body, iid: "note" }) : undefined;
  });
  const run = (target: string) => {
    const variables = {
      CI_API_V4_URL: url,
      CI_PROJECT_ID: "5",
      CI_COMMIT_REF_NAME: "main",
      CI_JOB_NAME: "watch",
      CI_JOB_TOKEN: "t",
    };
    const own = {
      WATCH_URL: target,
      WATCH_ARGS: quick,
      WATCH_TOKEN: "t",
      WIDGETS_API_KEY: "sk_test_watch",
    };
    return here.bash(job.script.join("\n"), { ...variables, ...own });
  };
  expect((await run(await mockIn(here))).code).toBe(0);
  expect(issues).toEqual([]);
  last = readFileSync(join(here.folder, "report/report.json"));
  const other = await mockIn(here, "--dialect hostile");
  await run(other);
  expect(issues[0]).toMatchObject({ title: "Contract of staging changed" });
  expect(issues[0]?.["description"]).toContain("A-CREATE-1");
  await run(other);
  expect(issues[1]?.["body"]).toContain("A-CREATE-1");
  expect(existsSync(join(here.folder, "report/comparison.json"))).toBe(true);
});
