import { type Command, configFlag, generalFlags } from "./command-line/command.ts";
import type { Flags } from "./command-line/flag.ts";

/** What is left out of a coverage, and how much of it must be met. */
export const coverageLimits = {
  coverageIgnore: {
    kind: "text",
    group: "Coverage",
    placeholder: "item",
    repeatable: true,
    description: "Leave out items with this id, such as 'answer * 500' or '*Conversation*'; * stands for any text",
  },
  coverageMin: {
    kind: "integer",
    group: "Coverage",
    placeholder: "percent",
    min: 0,
    max: 100,
    description: "Exit with 1 if fewer of the items were met",
  },
} as const satisfies Flags;

/** `widgets-mock coverage` and its flags. */
export const coverageCommand = {
  name: "coverage",
  summary: "Merge and report what clients have met of the API",
  description: [
    "Reads the coverage.json of several mocks, such as those of several jobs, and tells what none of their clients has met.",
  ],
  flags: {
    paths: {
      kind: "text",
      positional: true,
      repeatable: true,
      required: true,
      placeholder: "path",
      description: "A coverage.json, or a folder with some in it",
    },
    report: {
      kind: "text",
      group: "Output",
      placeholder: "folder",
      description: "Write coverage.html, coverage.md and coverage.json here",
    },
    json: { kind: "switch", group: "Output", description: "Print the coverage as JSON" },
    ...coverageLimits,
    ...configFlag,
    ...generalFlags,
  },
  config: ["coverage"],
} as const satisfies Command;
