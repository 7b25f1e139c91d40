import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import packageJson from "../package.json" with { type: "json" };
import { act, jobWith, packPackage } from "./ci-job.test-helper.ts";

const page = readFileSync(join(import.meta.dirname, "../docs/ci.md"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "widgets-mock-packed-"));
let tarball = "";
beforeAll(() => {
  tarball = packPackage(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A block of docs/ci.md, by the comment that it begins with. */
function block(comment: string): string {
  const found = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].find(([, text]) => text?.startsWith(`# ${comment}\n`));
  if (!found?.[1]) throw new Error(`docs/ci.md has no block for ${comment}.`);
  return found[1];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe("the action's steps", () => {
  test("start the mock of the action's version, and tell its address and key to the steps that follow", async () => {
    const job = jobWith(tarball);
    const { code, out, outputs } = await act(job, { port: "0" });
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining(`listens on ${outputs["url"]};`) });
    expect(outputs).toMatchObject({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      "api-key": "sk_test_ci",
    });
    expect(readFileSync(outputs["log"] ?? "", "utf8")).toContain(`widgets-mock ${packageJson.version} listening`);
    const next = await job.bash(
      'curl --fail --silent "$WIDGETS_API_URL/api/v1/widgets" -H "Authorization: Bearer $WIDGETS_API_KEY"',
    );
    expect(JSON.parse(next.out)).toEqual({ data: [], has_more: false, next_cursor: null });
    job.end();
    await expect(fetch(`${outputs["url"]}/_mock/health`)).rejects.toThrow();
  });

  test("take a packed package, options on several lines, and a key", async () => {
    const args = "--clock manual@2026-04-09T14:00:00Z\n--seed 7\n  --api-key sk_test_ours=acme";
    const { outputs } = await act(jobWith(tarball), { version: tarball, port: "0", args, "api-key": "sk_test_ours" });
    const { url = "", "api-key": key } = outputs;
    expect(await (await fetch(`${url}/_mock/health`)).json()).toMatchObject({ status: "ok", seed: 7 });
    const list = (key: string) => fetch(`${url}/api/v1/widgets`, { headers: { authorization: `Bearer ${key}` } });
    expect((await list(key ?? "")).status).toBe(200);
    expect((await list("sk_test_other")).status).toBe(401);
  });

  test("fail with what the mock said where it does not start", async () => {
    const job = jobWith(tarball);
    const { code, out, outputs } = await act(job, { port: "0", args: "--dialekt hostile" });
    expect({ code, url: outputs["url"] }).toEqual({ code: 1, url: "" });
    expect(out).toMatch(/^::error title=widgets-mock::The mock did not start/);
    expect(out).toContain('unknown option "--dialekt", did you mean "--dialect"?');
    expect(job.env["WIDGETS_API_URL"]).toBeUndefined();
  });

  test("wait no longer than they may", async () => {
    const { code, out } = await act(jobWith(tarball), { port: "0", "timeout-seconds": "0" });
    expect({ code, out }).toEqual({ code: 1, out: expect.stringMatching(/did not respond within 0 seconds/) });
  });

  test("take no time that is none, and run nothing that stands in it", async () => {
    const job = jobWith(tarball);
    const { code, out } = await act(job, { port: "0", "timeout-seconds": "a[$(touch ran)]" });
    expect({ code, out }).toEqual({ code: 1, out: expect.stringMatching(/timeout-seconds must be an integer/) });
    expect(existsSync(join(job.folder, "ran"))).toBe(false);
  });

  test.each(["sk_live_abc", "", "sk_test_a b"])("refuse the key %j", async (key) => {
    const { code, out } = await act(jobWith(tarball), { port: "0", "api-key": key });
    expect({ code, out }).toEqual({ code: 2, out: expect.stringMatching(/^::error .*api-key/) });
  });
});

test("the workflow of docs/ci.md gives the action what it takes", () => {
  const { steps } = parse(block(".github/workflows/test.yml")).jobs.test;
  const action = parse(readFileSync(join(import.meta.dirname, "../action.yml"), "utf8"));
  const step = steps.find(({ uses = "" }) => uses.includes("/widgets-mock@"));
  expect(step.uses).toMatch(new RegExp(`@v${packageJson.version}$`));
  expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(step.with)));
});

test("the lines of docs/ci.md for GitLab start the mock and go on when it responds", async () => {
  const { test: job } = parse(block(".gitlab-ci.yml"));
  const variables: Record<string, string> = { ...job.variables, WIDGETS_PORT: String(await freePort()) };
  // As GitLab does it: a variable may name those before it.
  for (const [name, value] of Object.entries(variables)) {
    variables[name] = String(value).replace(/\$(\w+)/g, (_, other: string) => variables[other] ?? "");
  }
  const here = jobWith(tarball);
  const check = 'curl --fail --silent "$WIDGETS_API_URL/api/v1/widgets" -H "Authorization: Bearer $WIDGETS_API_KEY"';
  const lines = [...job.before_script, check];
  expect(lines.join("\n")).toContain(`widgets-mock@${packageJson.version} `);
  const { code, out, err } = await here.bash(lines.join("\n"), variables);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(JSON.parse(out)).toEqual({ data: [], has_more: false, next_cursor: null });
});

test("the lines of docs/ci.md for GitLab fail with what the mock said where it does not start", async () => {
  const { test: job } = parse(block(".gitlab-ci.yml"));
  const variables = { ...job.variables, WIDGETS_PORT: "none", WIDGETS_API_URL: "http://127.0.0.1:9" };
  const { code, out } = await jobWith(tarball).bash(job.before_script.join("\n"), variables);
  expect(code).not.toBe(0);
  expect(out).toContain('--port must be an integer from 0 to 65535, got "none"');
});
