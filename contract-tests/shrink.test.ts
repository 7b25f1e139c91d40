import { expect, test } from "vitest";
import type { JsonObject } from "../spec/merge-patch.ts";
import type { Judgement } from "./judge/judge.ts";
import { createStep, type Script, widgetScript, write } from "./plan/script.ts";
import { shrink } from "./shrink.ts";

/** What is done with the widget of a script, in short: operations, and the members that are sent. */
function writesOf({ steps }: Script): string[] {
  return steps.flatMap((step) =>
    step.kind === "call" && !["createWidget", "getWidget"].includes(step.operation)
      ? [[step.operation, ...Object.keys(step.body ?? {})].join(" ")]
      : [],
  );
}

/** Shrinks a script on a service with a bug, and returns the shortest that failed, and how many passes that took. */
async function shortestOf(script: Script, isBroken: (writes: readonly string[]) => boolean) {
  let passes = 0;
  let shortest = writesOf(script);
  await shrink([{ rule: "PAUSE-1", script, beside: new Set() }], async (scripts) => {
    passes++;
    const failing = scripts.filter((one) => isBroken(writesOf(one)));
    for (const one of failing) if (writesOf(one).join().length < shortest.join().length) shortest = writesOf(one);
    const findings = failing.map(({ id }) => ({
      rule: "PAUSE-1",
      level: "fail",
      message: "No.",
      calls: [],
      script: id,
    }));
    return [{ rule: "PAUSE-1", verdict: "fail", observations: 1, findings }] as unknown as readonly Judgement[];
  });
  return { shortest, passes };
}

const update = (body: JsonObject) => write("updateWidget", body);
const script = widgetScript("parallel", "long", {
  draft: [update({ name: "A" })],
  live: [
    update({ persona: "P", voice: "Aoede" }),
    write("pauseWidget"),
    write("resumeWidget"),
    write("pauseWidget"),
    write("recrawlWidget"),
  ],
});

test("all steps that a breach does not need are left out, side by side, in few passes", async () => {
  const { shortest, passes } = await shortestOf(script, (writes) => writes.includes("resumeWidget"));
  expect(shortest).toEqual(["resumeWidget"]);
  expect(passes).toBeLessThanOrEqual(2);
});

test("members of a body that a breach does not need are left out", async () => {
  const { shortest } = await shortestOf(script, (writes) => writes.some((one) => one.includes("voice")));
  expect(shortest).toEqual(["updateWidget voice"]);
});

test("where either of two steps is enough fewer are left out, and what is left still fails", async () => {
  const { shortest, passes } = await shortestOf(script, (writes) => writes.includes("pauseWidget"));
  expect(shortest).toContain("pauseWidget");
  expect(shortest.length).toBeLessThan(writesOf(script).length);
  expect(passes).toBeLessThanOrEqual(5);
});

test("the order of what is left stays", async () => {
  const isBroken = (writes: readonly string[]) => {
    const resumed = writes.indexOf("resumeWidget");
    return resumed !== -1 && writes.indexOf("recrawlWidget") > resumed;
  };
  expect((await shortestOf(script, isBroken)).shortest).toEqual(["resumeWidget", "recrawlWidget"]);
});

test("a breach that comes no more is not tried for ever", async () => {
  expect(await shortestOf(script, () => false)).toEqual({ shortest: writesOf(script), passes: 1 });
});

/** Shrinks a script on a service that breaks by what is sent, and returns the scripts that failed, the longest first. */
async function failingOf(script: Script, shownAt: number, isBroken: (script: Script) => boolean): Promise<Script[]> {
  const failing: Script[] = [];
  await shrink([{ rule: "OBJ-3", script, shownAt, beside: new Set() }], async (scripts) => {
    const broken = scripts.filter(isBroken);
    failing.push(...broken);
    const findings = broken.map(({ id }) => ({ rule: "OBJ-3", level: "fail", message: "No.", calls: [], script: id }));
    return [{ rule: "OBJ-3", verdict: "fail", observations: 1, findings }] as unknown as readonly Judgement[];
  });
  const lengthOf = (one: Script) => JSON.stringify(bodiesOf(one)).length;
  return failing.sort((a, b) => lengthOf(b) - lengthOf(a));
}

/** What a script sends, by operation. */
function bodiesOf({ steps }: Script): (readonly [string, JsonObject])[] {
  return steps.flatMap((step) => (step.kind === "call" && step.body ? [[step.operation, step.body] as const] : []));
}

const unicode = "Zoë 漢字 👩‍🍳 עברית";
const hasEmoji = (value: unknown) => typeof value === "string" && value.includes("👩");

test("of a body with many members the one is left that a breach needs, with the simplest value that still fails", async () => {
  const create = { ...createStep, body: { persona: unicode, theme: { mode: "dark", radius: 7 } }, isTricky: true };
  const body = { name: unicode, persona: unicode, intro_title: unicode, button_label: unicode, show_label: false };
  const long = widgetScript("parallel", "values", { create, live: [update(body), write("pauseWidget")] });
  const shownAt = long.steps.findIndex((step) => step.kind === "call" && step.operation === "updateWidget");
  const failing = await failingOf(long, shownAt, (one) => bodiesOf(one).some(([, { name }]) => hasEmoji(name)));
  const bodies = bodiesOf(failing.at(-1) ?? long);
  expect(bodies.map(([operation, sent]) => [operation, Object.keys(sent)])).toEqual([
    ["createWidget", []],
    ["updateWidget", ["name"]],
  ]);
  expect([...String(bodies.at(-1)?.[1]["name"])].length).toBeLessThanOrEqual(3);
});

test("of a create the members are left out that a breach does not need, and parts of objects as well", async () => {
  const body = { persona: unicode, intro_title: unicode, theme: { mode: "dark", primary: "#ff6600", radius: 7 } };
  const long = widgetScript("parallel", "values", { create: { ...createStep, body }, live: [] });
  const failing = await failingOf(long, 0, (one) => JSON.stringify(bodiesOf(one)).includes('"radius":'));
  expect(bodiesOf(failing.at(-1) ?? long)).toEqual([["createWidget", { theme: { radius: 0 } }]]);
});

test("what is written after a breach has shown is left out at once", async () => {
  const shownAt = script.steps.findIndex((step) => step.kind === "call" && step.operation === "pauseWidget");
  const failing = await failingOf(script, shownAt, (one) => writesOf(one).includes("pauseWidget"));
  expect(failing.map(writesOf)[0]).toEqual(["updateWidget name", "updateWidget persona voice", "pauseWidget"]);
});
