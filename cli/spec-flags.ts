import { type Command, generalFlags } from "./command-line/command.ts";

/** `widgets-mock spec` and its flags. */
export const specCommand = {
  name: "spec",
  summary: "Print the OpenAPI document as JSON, or its rules as a table",
  flags: {
    rules: { kind: "switch", description: "Print the rules, with their choices, instead of the document" },
    ...generalFlags,
  },
} as const satisfies Command;
