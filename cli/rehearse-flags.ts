import { type Command, configFlag, generalFlags } from "./command-line/command.ts";
import type { Flags } from "./command-line/flag.ts";

const rehearseFlags = {
  command: {
    kind: "text",
    positional: true,
    repeatable: true,
    required: true,
    description: "Command that runs your tests, after --, such as -- npm test",
  },
  urlEnv: {
    kind: "text",
    group: "Tests",
    placeholder: "name",
    default: "WIDGETS_API_URL",
    pattern: "[A-Za-z_]\\w*",
    expected: "the name of an environment variable",
    description: "Environment variable that your tests read the URL of the API from",
  },
  keyEnv: {
    kind: "text",
    group: "Tests",
    placeholder: "name",
    default: "WIDGETS_API_KEY",
    pattern: "[A-Za-z_]\\w*",
    expected: "the name of an environment variable",
    description: "Environment variable that your tests read the API key from",
  },
  webhookUrl: {
    kind: "text",
    group: "Tests",
    placeholder: "url",
    pattern: "https?://.+",
    expected: "an http or https URL",
    description:
      "URL at which your tests receive webhooks. {port} in it is a free port of each run, which your tests find in WIDGETS_WEBHOOK_PORT; the secret is in WIDGETS_WEBHOOK_SECRET",
  },
  crawl: {
    kind: "text",
    group: "Tests",
    placeholder: "how",
    default: "500ms",
    description: "How long crawls take, as for serve",
  },
  slowCrawl: {
    kind: "text",
    group: "Tests",
    placeholder: "how",
    default: "2s",
    description: "How long they take in the variation slow-crawls",
  },
  scenario: {
    kind: "text",
    group: "Tests",
    placeholder: "name|file",
    default: "empty",
    description: "State that every organization starts with: a scenario by its name, or a JSON file with one",
  },
  seed: {
    kind: "integer",
    group: "Tests",
    placeholder: "n",
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    default: 1,
    description: "Random seed of every mock",
  },
  only: {
    kind: "text",
    group: "Variations",
    placeholder: "name",
    repeatable: true,
    description:
      "Run only these variations: by their name (lost-answer, A-LIST-3=oldest), their rule (A-LIST-3), or their kind (assumptions, surprises, troubles)",
  },
  skip: {
    kind: "text",
    group: "Variations",
    placeholder: "name",
    repeatable: true,
    description: "Leave these variations out; named as for --only",
  },
  pairs: {
    kind: "switch",
    group: "Variations",
    description: "Look for variations that only break together, among those that your tests survive alone",
  },
  plan: {
    kind: "switch",
    group: "Variations",
    description: "Run the baseline only, and print which variations would follow and how long they would take",
  },
  jobs: {
    kind: "integer",
    group: "Limits",
    placeholder: "n",
    min: 1,
    max: 64,
    default: 1,
    description:
      "Runs side by side, each with a mock of its own. Your tests must allow it: no fixed ports, no shared files",
  },
  timeLimit: {
    kind: "duration",
    min: 1,
    group: "Limits",
    placeholder: "duration",
    description: "Time limit of a run (default 10m for the baseline, then three times what that took, and 90s)",
  },
  known: {
    kind: "text",
    group: "Verdict",
    placeholder: "file",
    description:
      'JSON file of dependencies that are accepted until a date: {"A-LIST-3=oldest": {"reason": "…", "expires": "2027-01-15"}}',
  },
  failOn: {
    kind: "text",
    group: "Verdict",
    choices: ["breaks", "none"],
    default: "breaks",
    description: "What the exit code is 1 for: breaks or none",
  },
  report: {
    kind: "text",
    group: "Output",
    placeholder: "folder",
    description: "Folder for report.html, report.json, report.md and junit.xml",
  },
} as const satisfies Flags;

/** `widgets-mock rehearse` and its flags. */
export const rehearseCommand = {
  name: "rehearse",
  summary: "Run your own tests in worlds that differ, and find out what your integration relies on",
  description: [
    "The command runs first in the default world: the baseline, which has to pass. Then it runs again for each variation that what it met makes possible: another choice of an assumption, an honest surprise such as slow crawls, or trouble such as a lost answer. None of them breaks a documented rule. What fails is run twice more, so that a flaky suite is not called dependent.",
  ],
  config: ["rehearse"],
  environmentPrefix: "WIDGETS_REHEARSE_",
  flags: { ...rehearseFlags, ...configFlag, ...generalFlags },
  sections: [
    {
      heading: "Exit codes",
      rows: [
        ["0", "the integration survives every variation, or what breaks it is accepted"],
        ["1", "a variation breaks it"],
        ["2", "the tests could not be rehearsed, such as a baseline that fails, or an option is invalid"],
      ],
    },
  ],
} as const satisfies Command;
