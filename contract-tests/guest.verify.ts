import { expect, test } from "vitest";
import { watchedTarget } from "./guest.test-helper.ts";
import { run } from "./verify.ts";

test("widgets whose delete is answered 404, and that are still there, are reported as leftovers", async () => {
  const { target, names } = watchedTarget(async (request, answer) =>
    request.method === "DELETE" ? new Response(null, { status: 404 }) : answer(),
  );
  const { report } = await run(target, { nonce: "n1", effort: "quick" });
  expect(new Set(report.leftovers.map(({ reason }) => reason))).toEqual(
    new Set(["its delete returned 404, but it is still shown"]),
  );
  expect(report.leftovers.length).toBe((await names()).length);
  expect(report.leftovers.length).toBeGreaterThan(10);
});
