import { expect, test } from "vitest";
import gaps from "./subjects/gaps.json" with { type: "json" };
import { mutants } from "./subjects/mutants.test-helper.ts";
import { lookAt, startTime } from "./subjects/target.test-helper.ts";

/** Bugs that are not yet found, or not yet under their rule alone, with what is said instead. */
const known: { readonly [mutant: string]: readonly string[] } = gaps;

test.each(mutants.filter(({ id }) => !Object.hasOwn(known, id)))("$rule: $says ($id)", async (mutant) => {
  const { rule, alsoBreaks, build } = mutant;
  const broken = (await lookAt(build(startTime))).map((judgement) => judgement.rule);
  expect(broken).toContain(rule);
  expect(broken.filter((one) => one !== rule && !alsoBreaks.includes(one))).toEqual([]);
});

test.each(Object.keys(known))("%s is still a gap: once it is found it leaves the list", async (id) => {
  const [mutant] = mutants.filter((one) => one.id === id);
  if (!mutant) throw new Error(`There is no mutant ${id}.`);
  const { rule, alsoBreaks, build } = mutant;
  const broken = (await lookAt(build(startTime))).map((judgement) => judgement.rule);
  const others = broken.filter((one) => one !== rule && !alsoBreaks.includes(one));
  expect(broken.some((one) => one === rule) && others.length === 0).toBe(false);
});
