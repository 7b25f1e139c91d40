import { expect, onTestFinished, test } from "vitest";
import type { Effort } from "../../plan/plan.ts";
import { mutants } from "../../subjects/mutants.test-helper.ts";
import type { Subject } from "../../subjects/subject.test-helper.ts";
import { variants } from "../../subjects/variants.test-helper.ts";
import type { Target } from "../../target.ts";
import type { Reproduction } from "../report.ts";
import { pasted, ranAgainst, reasonToSkip } from "./pasted.test-helper.ts";

test.beforeEach(({ skip }) => skip(reasonToSkip !== undefined, reasonToSkip));

const startTime = { clock: "manual@2026-01-01T00:00:37Z" };

function built(id: string): Subject {
  const found = [...mutants, ...variants].find((one) => one.id === id);
  if (!found) throw new Error(`There is no subject ${id}.`);
  return found.build(startTime);
}

/** The story of a rule that a subject breaks, what a shell shows of it, and what is left afterwards. */
async function pastedStory(subject: Subject, rule: string, target: Partial<Target> = {}, effort: Effort = "quick") {
  const { report, target: reached, close } = await ranAgainst(subject, target, { effort });
  onTestFinished(close);
  const story = report.rules.find(({ id }) => id === rule)?.story;
  if (!story) throw new Error(`No story of ${rule} is told.`);
  const screen = await pasted(story);
  const left = await fetch(`${reached.baseUrl}/api/v1/widgets`, {
    headers: { ...reached.headers, ...reached.credential },
  });
  return { story, screen, left: await left.json() };
}

/** The statuses of the calls that show them, in order. */
function statuses({ answers }: Reproduction): (number | undefined)[] {
  return answers
    .filter(({ call, status }) => call !== "createWidget" && status !== undefined)
    .map(({ status }) => status);
}

function shownStatuses(screen: string): number[] {
  return [...screen.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
}

test("a story that is pasted shows the same again, waits for the crawl, and leaves nothing", async () => {
  const { story, screen, left } = await pastedStory(built("get-is-cached"), "GET-2");
  expect(shownStatuses(screen)).toEqual(statuses(story));
  expect(screen).toMatch(/"status":"paused"[\s\S]+"status":"active"/);
  expect(story).toMatchObject({ right: "status is paused", scripts: [{ live: [{ call: "pauseWidget" }] }] });
  expect(story.answers.at(-1)).toMatchObject({ call: "getWidget", status: 200, isFinding: true });
  expect(left.data).toEqual([]);
});

test("two widgets and what is done to one of them can be pasted", async () => {
  const { story, screen, left } = await pastedStory(built("recrawl-knocks-neighbours-out"), "RECRAWL-7", {}, "normal");
  expect(story.shell.filter((line) => line.startsWith("ID"))).toHaveLength(2);
  expect(shownStatuses(screen)).toEqual([202, 200]);
  expect(screen).toMatch(/"status":"draft"/);
  expect(left.data).toEqual([]);
});

test("what another organization sees is asked with its own key", async () => {
  const { story, screen } = await pastedStory(built("get-finds-foreign"), "SCOPE-2");
  expect(story.shell.join("\n")).toContain('"Authorization: Bearer $WIDGETS_SECOND_API_KEY"');
  expect(shownStatuses(screen)).toEqual([200]);
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
  const { screen, left } = await pastedStory(losing(built(id)), "LIST-3");
  const pages = screen.split("\n").filter((line) => line.startsWith("["));
  expect(pages.length).toBeGreaterThan(2);
  expect(pages.slice(1).every((page) => page.startsWith('["wgt_lost"'))).toBe(true);
  expect(pages[0]).not.toContain("wgt_lost");
  expect(JSON.stringify(left)).not.toMatch(/"wgt_/);
});

test("another credential and further header fields are part of the lines, and no secret", async () => {
  const subject = built("paused-is-not-deleted");
  const asked: string[] = [];
  const taking: Subject = {
    ...subject,
    fetch(request) {
      const key = request.headers.get("x-api-key");
      if (key === null) return subject.fetch(request);
      asked.push(request.headers.get("x-team") ?? "none");
      const headers = new Headers(request.headers);
      headers.set("authorization", `Bearer ${key}`);
      return subject.fetch(new Request(request, { headers }));
    },
  };
  const target = {
    credential: { "x-api-key": "sk_test_own" },
    headers: { "x-team": 'it\'s "seven" $HOME!' },
    advance: async (milliseconds: number) => subject.advance(milliseconds),
  };
  const { story, screen } = await pastedStory(taking, "DELETE-1", target);
  expect(shownStatuses(screen)).toEqual(statuses(story));
  expect(story.shell.join("\n")).toContain('-H "X-Api-Key: $WIDGETS_API_KEY"');
  expect(story.shell.join("\n")).not.toContain("sk_test");
  expect(new Set(asked)).toEqual(new Set(['it\'s "seven" $HOME!']));
});
