import { expect, test } from "vitest";
import { verify } from "../contract-tests/index.ts";
import { createMock, type MockOptions } from "../mock/index.ts";
import { type Json, mergePatch } from "../spec/merge-patch.ts";
import { publishedDocument } from "../spec/published-document.ts";
import { readDocument } from "../spec/read-document.ts";
import type { Met } from "./met.ts";
import { createVariations } from "./variations/create-variations.ts";

const everything: Met = {
  requests: 1,
  operations: new Map(
    Object.values(publishedDocument.paths).flatMap((path) =>
      Object.values(path).flatMap((operation) =>
        typeof operation === "object" && "operationId" in operation ? [[String(operation.operationId), 1]] : [],
      ),
    ),
  ),
  rules: new Map(Object.keys(publishedDocument["x-rules"]).map((rule) => [rule, 1])),
  answers: new Map(),
  statuses: new Map(["active", "paused"].map((status) => [status, 1])),
  events: new Map([["widget.ready", 1]]),
  crawls: new Map([
    ["first succeeded", 1],
    ["first failed", 1],
    ["later succeeded", 1],
  ]),
  longestList: 2,
  furtherPages: 1,
  idempotencyKeys: 1,
  largestLimit: 1000,
};

const variations = createVariations({
  document: publishedDocument,
  slowCrawl: "2m",
  lateSeconds: 1,
  staleSeconds: 0.5,
});

test.each(
  variations.map((variation) => [variation.id, variation] as const),
)("%s breaks no documented rule", async (_, variation) => {
  expect(variation.notApplicable(everything)).toBeUndefined();
  const { document: patch, ...setup } = variation.setup(everything);
  const document = patch && (await readDocument(mergePatch(publishedDocument as unknown as Json, patch) as object));
  const options: MockOptions = { clock: "manual", ...setup, ...(document ? { document } : {}) };
  const mock = createMock(options);
  const report = await verify(
    {
      baseUrl: "http://mock.test",
      credential: { authorization: "Bearer sk_test_own" },
      fetch: mock.fetch,
      advance: (milliseconds) => void mock.clock.advance({ seconds: milliseconds / 1000 }),
    },
    { effort: "quick", nonce: "n1", readLagMs: 1000 },
  );
  // A site whose crawls fail is one that the tester does not vouch for.
  const vouched = variation.id.startsWith("failed-") ? ["LIFE-1"] : [];
  const broken = report.rules.filter(({ verdict, id }) => verdict === "fail" && !vouched.includes(id));
  expect(broken.map(({ id, findings }) => `${id}: ${findings[0]?.message}`)).toEqual([]);
});
