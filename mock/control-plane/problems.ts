import type { Engine } from "../engine.ts";
import { apiProblems, type Problems } from "../refusal.ts";
import { document } from "./document.ts";

/** The problems of the control plane, those of the API included. */
export function controlProblems({ dialect }: Engine): Problems {
  const api = apiProblems(dialect);
  return {
    ...api,
    problems: { ...api.problems, ...document["x-problems"] },
    form: "problem",
  };
}
