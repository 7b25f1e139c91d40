import { expect, test } from "vitest";
import type { JsonObject } from "../spec/merge-patch.ts";
import type { Judgement } from "./judge/judge.ts";
import { type Script, widgetScript, write } from "./plan/script.ts";
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
  expect(passes).toBeLessThanOrEqual(4);
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
