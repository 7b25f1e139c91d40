import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { createMock, type JournalEntry } from "../../../mock/index.ts";
import { listen } from "../../../mock/server.ts";
import { document } from "../../../spec/bundled.ts";
import { mergePatch } from "../../../spec/merge-patch.ts";
import type { PostmanItem } from "./convert.ts";
import { lifeOfAWidget } from "./life.ts";

const root = join(import.meta.dirname, "../../..");
const files = join(root, "fixtures/http");
const steps = lifeOfAWidget(document);
const key = "sk_test_life";

/** A mock that listens, and what it was asked. */
async function startMock(crawl: string): Promise<{ readonly url: string; readonly asked: readonly JournalEntry[] }> {
  const asked: JournalEntry[] = [];
  const mock = createMock({ crawl, observer: { answered: (entry) => void asked.push(entry) } });
  const { url, close } = await listen(mock, 0, "127.0.0.1");
  onTestFinished(async () => {
    mock.close();
    await close();
  });
  return { url, asked };
}

interface Ended {
  readonly code: number;
  readonly out: string;
}

/** Runs one of the package's own commands where it writes nothing into the house and tells nobody that it ran. */
async function command(name: string, ...args: readonly string[]): Promise<Ended> {
  const cwd = mkdtempSync(join(tmpdir(), "widgets-mock-life-"));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  for (const file of ["life-of-a-widget.http", "http-client.env.json"])
    copyFileSync(join(files, file), join(cwd, file));
  try {
    const { stdout } = await promisify(execFile)(join(root, "node_modules/.bin", name), args, { cwd });
    return { code: 0, out: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout + stderr };
  }
}

const newman = (url: string) =>
  command(
    "newman",
    ...["run", join(files, "life-of-a-widget.postman_collection.json"), "--color", "off"],
    ...["--env-var", `baseUrl=${url}`, "--env-var", `apiKey=${key}`],
  );

const httpyac = (url: string) =>
  command(
    "httpyac",
    ...["send", "life-of-a-widget.http", "--all", "--env", "mock", "--var", `baseUrl=${url}`, `apiKey=${key}`],
    ...["--output", "short", "--no-color"],
  );

/** What was asked, without the polls but the last. */
function lifeIn(asked: readonly JournalEntry[]): [string | undefined, number][] {
  return asked
    .filter(({ operation }, index) => operation !== "getWidget" || asked[index + 1]?.operation !== "getWidget")
    .map(({ operation, status }) => [operation, status]);
}

const wholeLife = steps.map(({ operation, status }) => [operation.id, status]);

test("the life is the documented one, each step answered as the document has it", () => {
  expect(wholeLife).toEqual([
    ["createWidget", 201],
    ["getWidget", 200],
    ["listWidgets", 200],
    ["updateWidget", 200],
    ["pauseWidget", 200],
    ["resumeWidget", 200],
    ["recrawlWidget", 202],
    ["getWidget", 200],
    ["deleteWidget", 204],
    ["getWidget", 404],
  ]);
  expect(steps.map(({ shows }) => shows)).toEqual([
    ...["draft", "active", undefined, "active", "paused", "active", "active", "active", undefined, undefined],
  ]);
});

test("an operation that the document gains and the life does not have is told", () => {
  const operation = { operationId: "cloneWidget", summary: "Clone a widget", responses: {} };
  const grown = mergePatch(document as never, { paths: { "/api/v1/widgets/{id}/clone": { post: operation } } });
  expect(() => lifeOfAWidget(grown as never)).toThrow(/cloneWidget \(Clone a widget\) is documented and has no step/);
});

test.each([
  ["the Postman collection, by newman", newman],
  ["the .http file, by httpyac", httpyac],
])("%s, takes a widget through its whole life", async (_, run) => {
  const { url, asked } = await startMock("reads:2");
  const { code, out } = await run(url);
  expect({ code, asked: lifeIn(asked) }, out).toEqual({ code: 0, asked: wholeLife });
  expect(asked.filter(({ operation }) => operation === "getWidget").length).toBeGreaterThan(3);
  expect(asked.every(({ organization }) => organization === asked[0]?.organization)).toBe(true);
});

test.each([
  ["the Postman collection, by newman", newman],
  ["the .http file, by httpyac", httpyac],
])("%s, tells where an answer is another one", async (_, run) => {
  const { url } = await startMock("immediate");
  await fetch(`${url}/_mock/faults`, { method: "POST", body: '{"operation":"pauseWidget","status":503}' });
  const { code, out } = await run(url);
  expect(code).not.toBe(0);
  expect(out).toContain("503");
});

test("every request of the Postman collection asks for what the document's operation takes", () => {
  const { item } = JSON.parse(readFileSync(join(files, "life-of-a-widget.postman_collection.json"), "utf8"));
  const sent = (item as PostmanItem[]).map(({ request }) => [
    request?.method,
    `/${request?.url.path.join("/")}`,
    request?.body?.raw && JSON.parse(request.body.raw),
  ]);
  expect(sent).toEqual(
    steps.map(({ operation: { method, path, example } }) => [method, path.replaceAll(/\{(\w+)\}/g, ":$1"), example]),
  );
});
