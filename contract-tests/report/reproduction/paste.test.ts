import { expect, test } from "vitest";
import {
  buildSubject,
  pasteReproduction,
  printedStatuses,
  reasonToSkip,
  reportedStatuses,
} from "./paste.test-helper.ts";

test.beforeEach(({ skip }) => skip(reasonToSkip !== undefined, reasonToSkip));

test("a pasted reproduction shows the same again, waits for the crawl, and leaves nothing", async () => {
  const { reproduction, output, left } = await pasteReproduction(buildSubject("get-is-cached"), "GET-2");
  expect(printedStatuses(output)).toEqual(reportedStatuses(reproduction));
  expect(output).toMatch(/"status":"paused"[\s\S]+"status":"active"/);
  expect(reproduction).toMatchObject({
    expected: "status is paused",
    scripts: [{ steps: expect.arrayContaining([{ kind: "call", operation: "pauseWidget" }]) }],
  });
  expect(reproduction.responses.at(-1)).toMatchObject({ source: "getWidget", httpStatus: 200, isFinding: true });
  expect(left.data).toEqual([]);
});

test("a pasted reproduction of what visitors get starts the conversation", async () => {
  const { reproduction, output, left } = await pasteReproduction(
    buildSubject("paused-starts-conversations"),
    "PAUSE-4",
  );
  expect(reproduction.expected).toBe("A paused widget refuses to start a conversation");
  const conversations = reproduction.commands.filter((command) => command.endsWith('/conversations"'));
  expect(conversations).toHaveLength(2);
  expect(output).toMatch(/HTTP\/1\.1 201.*"paused".*HTTP\/1\.1 201/s);
  expect(left.data).toEqual([]);
});
