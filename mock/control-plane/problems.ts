import type { Engine } from "../engine.ts";
import type { Problems } from "../refusal.ts";
import { document } from "./document.ts";

/** The problems of the control plane, those of the API included. */
export function controlProblems({ dialect }: Engine): Problems {
  return {
    problems: { ...dialect.document["x-problems"], ...document["x-problems"] },
    rules: dialect.document["x-rules"],
    form: "problem",
  };
}
