import { expect, test } from "vitest";
import { builder } from "../subjects/build.test-helper.ts";
import { entriesOf } from "../subjects/call.test-helper.ts";
import { listing } from "../subjects/layer.test-helper.ts";
import { lookAt, startTime } from "../subjects/target.test-helper.ts";

/** Drafts are on the first page alone, and a walk ends where there are no others. */
const firstPageOnly = builder({
  layer: () =>
    listing(async (call, next) => {
      const reply = await next(call);
      if (!("cursor" in call.query)) return reply;
      const data = entriesOf(reply).filter(({ status }) => status !== "draft");
      const end = data.length > 0 ? {} : { has_more: false, next_cursor: null };
      return { ...reply, body: { ...(reply.body as object), data, ...end } };
    }),
});

test("pages that come to an end while how to go on is learned are a walk, once others have gone on so", async () => {
  const found = await lookAt(firstPageOnly(startTime), { readLagMs: 0 });
  expect(found.map(({ rule }) => rule)).toEqual(["LIST-3"]);
  expect(found[0]?.findings[0]?.message).toMatch(/^On a walk of 2 pages, while nothing was written, \d+ widgets were/);
});

test("what was created within the read lag may be on none of them yet", async () => {
  const found = await lookAt(firstPageOnly(startTime), { readLagMs: 60_000 });
  // Later walks, when drafts are older than that, still tell.
  for (const { findings } of found) expect(findings[0]?.message).not.toMatch(/^On a walk of 2 pages/);
});
