import type { ExpectLevel } from "../contract-tests/dialect/expected-dialect.ts";
import type { Flags } from "./command-line/flag.ts";

const levels: readonly ExpectLevel[] = ["warn", "fail"];

/** What counts as broken: what every command has that judges a server. */
export const verdictFlags = {
  failOn: {
    kind: "text",
    group: "Verdict",
    placeholder: "level",
    choices: levels,
    description: "Lowest level that makes the exit code 1: fail (default) or warn",
  },
  known: {
    kind: "text",
    group: "Verdict",
    placeholder: "file",
    description:
      "Known violations, which do not count until they expire: " +
      '{"PAUSE-4": {"reason": "being fixed", "expires": "2027-01-15"}}',
  },
  expect: {
    kind: "text",
    group: "Verdict",
    placeholder: "dialect",
    description: "Dialect that the server should have: a name, or a dialect.json. Deviations are warnings",
  },
  expectLevel: {
    kind: "text",
    group: "Verdict",
    placeholder: "level",
    choices: levels,
    requires: "expect",
    description: "Level of these deviations: warn (default) or fail",
  },
} as const satisfies Flags;

/** What such a report says of the server and of an earlier report. */
export const reportFlags = {
  targetVersion: {
    kind: "text",
    group: "Output",
    placeholder: "text",
    description: "Build or commit of the server, for the report",
  },
  compare: {
    kind: "text",
    group: "Output",
    placeholder: "report.json",
    description: "Show what differs from an earlier report",
  },
} as const satisfies Flags;
