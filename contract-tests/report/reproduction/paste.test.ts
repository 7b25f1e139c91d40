import { expect, test } from "vitest";
import { builtSubject, pastedStory, reasonToSkip, shownStatuses, statuses } from "./paste.test-helper.ts";

test.beforeEach(({ skip }) => skip(reasonToSkip !== undefined, reasonToSkip));

test("a story that is pasted shows the same again, waits for the crawl, and leaves nothing", async () => {
  const { story, screen, left } = await pastedStory(builtSubject("get-is-cached"), "GET-2");
  expect(shownStatuses(screen)).toEqual(statuses(story));
  expect(screen).toMatch(/"status":"paused"[\s\S]+"status":"active"/);
  expect(story).toMatchObject({ right: "status is paused", scripts: [{ live: [{ operation: "pauseWidget" }] }] });
  expect(story.answers.at(-1)).toMatchObject({ call: "getWidget", status: 200, isFinding: true });
  expect(left.data).toEqual([]);
});
