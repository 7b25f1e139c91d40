import { expect, onTestFinished, test } from "vitest";
import defaultSetup, { type GlobalSetup, startMock } from "./vitest-setup.ts";

/** Runs a set-up as Vitest does, and gives where the mock is reached. */
async function run(setup: GlobalSetup): Promise<{ readonly url: string; readonly end: () => Promise<void> }> {
  let url = "";
  const end = await setup({
    provide: (_name: string, value: unknown) => {
      url = String(value);
    },
  });
  onTestFinished(end);
  return { url, end };
}

async function healthAt(url: string) {
  return (await fetch(`${url}/_mock/health`)).json();
}

test("a mock listens on this machine alone while the tests run, with a clock that stands", async () => {
  const { url, end } = await run(defaultSetup);
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(await healthAt(url)).toMatchObject({ status: "ok", crawl: "2s", clock: { running: false } });
  await end();
  await expect(healthAt(url)).rejects.toThrow("fetch failed");
});

test("the mock is made as the options say", async () => {
  const { url } = await run(startMock({ crawl: "30s-60s", seed: 42, dialect: "hostile", clock: "real" }));
  expect(await healthAt(url)).toMatchObject({
    ...{ crawl: "30s-60s", seed: 42, dialect: "hostile" },
    clock: { running: true },
  });
});

test("an option that is wrong ends the run before it begins, and says why", async () => {
  await expect(run(startMock({ crawl: "soon" }))).rejects.toThrow("soon");
});
