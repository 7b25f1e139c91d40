import { expect, test } from "vitest";
import type { Subject } from "../../subjects/subject.test-helper.ts";
import {
  buildSubject,
  pasteReproduction,
  printedStatuses,
  reasonToSkip,
  reportedStatuses,
} from "./paste.test-helper.ts";

test.beforeEach(({ skip }) => skip(reasonToSkip !== undefined, reasonToSkip));

test("two widgets and what is done to one of them can be pasted", async () => {
  const { reproduction, output, left } = await pasteReproduction(
    buildSubject("recrawl-knocks-neighbours-out"),
    "RECRAWL-7",
    {},
    "normal",
  );
  expect(reproduction.commands.filter((line) => line.startsWith("ID"))).toHaveLength(2);
  expect(printedStatuses(output)).toEqual([202, 200]);
  expect(output).toMatch(/"status":"draft"/);
  expect(left.data).toEqual([]);
});

test("what another organization sees is asked with its own key", async () => {
  const { reproduction, output } = await pasteReproduction(buildSubject("get-finds-foreign"), "SCOPE-2");
  expect(reproduction.commands.join("\n")).toContain('"Authorization: Bearer $WIDGETS_SECOND_API_KEY"');
  expect(printedStatuses(output)).toEqual([200]);
});

/** A subject whose lists lose the first widget of every page that a cursor leads to. */
function losing(subject: Subject): Subject {
  return {
    ...subject,
    async fetch(request) {
      const response = await subject.fetch(request);
      if (!request.url.includes("cursor=") || response.status !== 200) return response;
      const { headers } = response;
      const body = JSON.stringify(await response.json()).replace(/\[\{.*?\}(?=,\{|\])/, (first) =>
        first.replace(/"wgt_\w+"/g, '"wgt_lost"'),
      );
      return new Response(body, {
        headers: { ...Object.fromEntries(headers), "content-length": String(Buffer.byteLength(body)) },
      });
    },
  };
}

test.each([
  "list-is-a-bare-array",
  "list-is-a-connection",
])("pages are walked through in a shell too (%s)", async (id) => {
  const { output, left } = await pasteReproduction(losing(buildSubject(id)), "LIST-3");
  const pages = output.split("\n").filter((line) => line.startsWith("["));
  expect(pages.length).toBeGreaterThan(2);
  expect(pages.slice(1).every((page) => page.startsWith('["wgt_lost"'))).toBe(true);
  expect(pages[0]).not.toContain("wgt_lost");
  expect(JSON.stringify(left)).not.toMatch(/"wgt_/);
});

test("another credential and further header fields are part of the lines, and no secret", async () => {
  const subject = buildSubject("paused-is-not-deleted");
  const asked: string[] = [];
  const taking: Subject = {
    ...subject,
    async fetch(request) {
      const { url, method } = request;
      const key = request.headers.get("x-api-key");
      if (key === null) return subject.fetch(request);
      asked.push(request.headers.get("x-team") ?? "none");
      const headers = new Headers(request.headers);
      headers.set("authorization", `Bearer ${key}`);
      // The server's own request is no Request of this process, so it cannot be copied.
      const body = method === "GET" ? null : await request.text();
      return subject.fetch(new Request(url, { method, headers, body }));
    },
  };
  const target = {
    credential: { "x-api-key": "sk_test_own" },
    headers: { "x-team": 'it\'s "seven" $HOME!' },
    advance: async (milliseconds: number) => subject.advance(milliseconds),
  };
  const { reproduction, output } = await pasteReproduction(taking, "DELETE-1", target);
  expect(printedStatuses(output)).toEqual(reportedStatuses(reproduction));
  expect(reproduction.commands.join("\n")).toContain('-H "X-Api-Key: $WIDGETS_API_KEY"');
  expect(reproduction.commands.join("\n")).not.toContain("sk_test");
  expect(new Set(asked)).toEqual(new Set(['it\'s "seven" $HOME!']));
});
