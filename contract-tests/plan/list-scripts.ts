import { cleanStep, type Script, until } from "./script.ts";
import type { PlanStep } from "./step.ts";

const walk: PlanStep = { kind: "walk", limit: 100 };
const single: PlanStep = { kind: "walk", limit: "last-single" };
const full: PlanStep = { kind: "walk", limit: "last-full" };

/**
 * The walks through the list: when every widget is made, when everything is written in pages of two sizes, each twice, and
 * when everything is deleted. What is there before and after was there.
 */
export const listScript: Script = {
  id: "lists",
  lane: "list",
  steps: [
    ...[until("made"), walk],
    ...[until("settled"), { ...single, isPatient: true }, full, single, full, walk],
    ...[until("read"), until("events")],
    ...[until("cleaned"), walk, cleanStep],
  ],
};
