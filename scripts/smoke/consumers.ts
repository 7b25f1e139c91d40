import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { command } from "./command.ts";

const typedConsumer = `import { createMock } from "widgets-mock";
const { clock, fetch } = createMock({ clock: "manual", crawl: "30s-60s", seed: 7 });
export const seen: [Promise<Response>, number] = [fetch(new Request("http://mock.test/")), clock.advance({ seconds: 60 }).happened.length];
`;

const testingConsumer = `import { setupServer } from "msw/node";
import { inject } from "vitest";
import { createMock, type Happening, type JournalEntry } from "widgets-mock";
import { compareReports, type Report, type Target } from "widgets-mock/contract";
import { contractTests } from "widgets-mock/contract/vitest";
import { handlers } from "widgets-mock/msw";
import { test as pageTest } from "widgets-mock/playwright";
import { rehearsalTest } from "widgets-mock/rehearsal";
import { ControlError, type RemoteWorld, test, widgetsMockFixture } from "widgets-mock/vitest";
import defaultSetup, { startMock } from "widgets-mock/vitest/setup";

export const url: string | undefined = inject("widgetsMockUrl");
export const setups = [defaultSetup, startMock({ crawl: "30s-60s", seed: 7 })];
export const server = setupServer(...handlers(createMock(), { baseUrl: "https://api.example.com/widgets" }));
const target: Target = { baseUrl: "http://127.0.0.1:4010", credential: { authorization: "Bearer sk_test_own" } };
contractTests(async () => target, { effort: "quick", failOn: "warn", report: "report" });
export const worse = (a: Report, b: Report) => compareReports(a, b).verdicts.filter(({ isWorse }) => isWorse).length;
export const own = test.extend<{ again: RemoteWorld }>({ again: widgetsMockFixture });
const rehearsed = rehearsalTest({ createMock, only: ["troubles"], known: { reset: { reason: "x", expires: "2027-01-15" } } });
rehearsed("types", async ({ mock, baseUrl, apiKey }) => {
  if (mock.journal.list().requests.length > 0) throw new Error(baseUrl + apiKey);
});
pageTest("types", async ({ page, widgetsMock, embedWidget }) => {
  const widget = await embedWidget(widgetsMock.apiKey, { origin: page.url() });
  await widget.getByRole("button").click();
});
test("types", async ({ widgetsMock }) => {
  const { happened }: { happened: Happening[] } = await widgetsMock.clock.advance({ seconds: 60 });
  const { requests }: { requests: JournalEntry[] } = await widgetsMock.journal.list({ operation: "createWidget" });
  const { running } = await widgetsMock.clock.get();
  if (!running) throw new ControlError({ status: requests.length, code: "x", detail: widgetsMock.apiKey });
});
`;

const clientConsumer = `import createClient from "openapi-fetch";
import type { components, operations, paths } from "widgets-mock/api";

const client = createClient<paths>({ baseUrl: "http://127.0.0.1:4010" });
const { data } = await client.GET("/api/v1/widgets/{id}", { params: { path: { id: "wgt_1" } } });
export const status: components["schemas"]["Widget"]["status"] | undefined = data?.status;
export type CreateBody = NonNullable<operations["createWidget"]["requestBody"]>["content"]["application/json"];
// @ts-expect-error: the document has no such path
await client.GET("/api/v1/gadgets");
`;

const plainConsumer = `import { createMock } from "widgets-mock";
import document from "widgets-mock/openapi.json" with { type: "json" };

const mock = createMock();
const response = await mock.fetch(new Request("http://mock.test/openapi.json"));
const served = await response.json();
if (served.info.version !== document.info.version) throw new Error("createMock serves another document.");
mock.close();
`;

/** Type-checks a file that uses the package in a folder where nothing else is installed, its declarations included. */
export function typeCheckConsumer(root: string, folder: string): void {
  typeCheck(root, folder, "consumer.ts", typedConsumer, { skipLibCheck: false });
}

/** Type-checks a file that uses what the package has for tests, where Playwright, Vitest and MSW are installed. */
export function typeCheckTestingConsumer(root: string, folder: string): void {
  // The declarations of these are theirs to check.
  typeCheck(root, folder, "testing-consumer.ts", testingConsumer, { skipLibCheck: true, types: [] });
}

/** Type-checks a file that makes a client of openapi-fetch from the types of the API. */
export function typeCheckClientConsumer(root: string, folder: string): void {
  typeCheck(root, folder, "client-consumer.ts", clientConsumer, { skipLibCheck: false });
}

/** Type-checks a file of strict TypeScript. */
export function typeCheck(root: string, folder: string, file: string, content: string, more: object): void {
  const compilerOptions = { strict: true, module: "NodeNext", target: "ES2023", noEmit: true, ...more };
  writeFileSync(join(folder, file), content);
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [file] }));
  command(folder, process.execPath, join(root, "node_modules/typescript/bin/tsc"), "-p", ".");
}

/** Puts packages of the project's own beside what is installed in a folder, without a download. */
export function link(root: string, folder: string, packages: readonly string[]): void {
  for (const name of packages) {
    const path = join(folder, "node_modules", name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(join(root, "node_modules", name), path, "dir");
  }
}

/** Runs a file that uses the package. */
export function runConsumer(folder: string): void {
  writeFileSync(join(folder, "consumer.mjs"), plainConsumer);
  command(folder, process.execPath, "consumer.mjs");
}
