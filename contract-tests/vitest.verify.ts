import { expect, test } from "vitest";
import { publishedDocument } from "../spec/published-document.ts";
import { lastTest, runContractFile, statusOf } from "./vitest.test-helper.ts";

test("an implementation that keeps its promises passes a test for each of them", async () => {
  const { tests } = await runContractFile("");
  const names = Object.entries(publishedDocument["x-rules"])
    .filter(([, { basis }]) => basis !== "assumed")
    .map(([id, { says }]) => `${id} ${says}`);
  expect(tests.map(({ fullName }) => fullName)).toEqual([...names, lastTest]);
  expect(tests.filter(({ status }) => status === "failed")).toEqual([]);
  expect([statusOf(tests, "PAUSE-1"), statusOf(tests, "EVENT-1")]).toEqual(["passed", "skipped"]);
});

test("a broken promise that is known is skipped", async () => {
  const broken = 'mock.faults.add({ operation: "resumeWidget", status: 409 });';
  const known =
    '{ known: { "PAUSE-2": { reason: "being fixed", expires: "2999-01-01" } }, rules: ["PAUSE-1", "PAUSE-2"] }';
  const again = (await runContractFile(broken, known)).tests;
  expect(again.map(({ fullName, status }) => [fullName.slice(0, 7), status])).toEqual([
    ["PAUSE-1", "passed"],
    ["PAUSE-2", "skipped"],
    ["The run", "passed"],
  ]);
});

test("a dialect that is not the one that is expected fails a test of its own, where that counts", async () => {
  const { tests } = await runContractFile("", '{ expect: { "A-LIST-3": "oldest" }, expectLevel: "fail" }');
  const failed = tests.filter(({ status }) => status === "failed");
  expect(failed.map(({ fullName }) => fullName)).toEqual(["The dialect is as expected"]);
  expect(failed[0]?.failureMessages[0]).toContain("A-LIST-3: ");
});

test("where nothing can be judged that is a failure, not seventy tests that are skipped", async () => {
  const { tests } = await runContractFile(
    "mock.close(); target.fetch = async () => new Response(null, { status: 401 });",
  );
  expect(tests.filter(({ status }) => status === "failed").map(({ fullName }) => fullName)).toEqual([lastTest]);
  expect(tests.at(-1)?.failureMessages[0]).toContain("answers 401 with this API key");
});
