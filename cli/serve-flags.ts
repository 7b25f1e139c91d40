import { type Bound, type MockBound, mockBoundNames, mockBounds } from "../mock/bounds.ts";
import { document } from "../mock/control-plane/document.ts";
import { namedScenarios } from "../mock/scenarios/generated/named-scenarios.ts";
import { magicHosts } from "../mock/world/crawl-plan.ts";
import type { Timing } from "../spec/document.ts";
import { publishedDocument } from "../spec/published-document.ts";
import { membersOf, schemaNamed } from "../spec/schema.ts";
import { type Command, configFlag, generalFlags } from "./command-line/command.ts";
import { type Flag, type FlagValues, withSecretFiles } from "./command-line/flag.ts";
import { coverageLimits } from "./coverage-flags.ts";

const { min, max } = (publishedDocument["x-timing"]["firstCrawl"] as Timing).seconds;
/** How long a crawl really takes, as the document has it. */
export const realisticCrawl = `${min}s-${max}s`;

/** A flag for each bound of the mock. */
const boundFlags = Object.fromEntries(
  mockBoundNames.map((name): [string, Flag] => {
    const { default: usual, min = 1, of, excess }: Bound = mockBounds[name];
    const description = `At most this many ${of}: ${excess}`;
    const range = { min, max: Number.MAX_SAFE_INTEGER, default: usual };
    return [name, { kind: "integer", group: "Bounds", placeholder: "n", ...range, description }];
  }),
) as unknown as { readonly [name in MockBound]: Flag & { readonly kind: "integer"; readonly default: number } };

/** The quotas, as the control plane's document has them. */
const quotaNames = [...membersOf(document, schemaNamed(document, "Quotas")).keys()];

const serveFlags = withSecretFiles({
  port: {
    kind: "integer",
    short: "p",
    group: "Server",
    placeholder: "n",
    min: 0,
    max: 65_535,
    default: 4010,
    isCommon: true,
    description: "Port to listen on; 0 picks a free one",
  },
  host: {
    kind: "text",
    group: "Server",
    placeholder: "address",
    default: "127.0.0.1",
    expected: "an address of this machine, such as 127.0.0.1, ::1 or 0.0.0.0",
    description: "Address to listen on",
  },
  open: {
    kind: "switch",
    group: "Server",
    conflictsWith: ["noConsole", "noControl"],
    description: "Open the web console in the browser",
  },
  state: {
    kind: "text",
    group: "Server",
    placeholder: "folder",
    isCommon: true,
    description:
      "Keep the state in this folder, so that it outlives the process; it is created if there is none. Without it, the " +
      "state is in memory and ends with the process",
  },
  database: {
    kind: "text",
    group: "Server",
    placeholder: "url",
    isSecret: true,
    conflictsWith: ["state"],
    pattern: "postgres(ql)?://.+",
    expected: "a connection string, postgres://<user>:<password>@<host>:<port>/<database>",
    description:
      "Keep the state in this PostgreSQL database, which several mocks may share; it needs the package pg, which npm install " +
      "pg brings",
  },
  apiKey: {
    kind: "text",
    group: "Access",
    placeholder: "key[=org]",
    repeatable: true,
    isSecret: true,
    // A live key is caught below with a message of its own.
    pattern: "[!-+\\--<>-~]+(=.+)?",
    expected: "a key or key=organization, without spaces or commas",
    description:
      "API key to accept, and its organization. Without this option, every key that begins with sk_test_ is accepted on " +
      "loopback, and is its own organization; elsewhere see --open-keys",
  },
  openKeys: {
    kind: "switch",
    group: "Access",
    conflictsWith: ["apiKey"],
    description:
      "Accept every key that begins with sk_test_ where other machines can reach the mock too, for CI and compose files. " +
      'Without it, only keys of "widgets-mock ctl keys create" and --api-key work there',
  },
  quota: {
    kind: "text",
    group: "Access",
    placeholder: "name=n",
    repeatable: true,
    pattern: `(${quotaNames.join("|")})=\\d{1,15}`,
    expected: `a quota and a number, such as widgets=50; the quotas are ${quotaNames.join(", ")}`,
    description:
      `What each organization may use at most, such as widgets=50; the quotas are ${quotaNames.join(", ")}. ` +
      'Without this option nothing is limited; "widgets-mock ctl organizations quotas" sets others for one organization',
  },
  controlToken: {
    kind: "text",
    group: "Access",
    placeholder: "token",
    isSecret: true,
    pattern: "[!-~]+",
    expected: "printable ASCII characters without spaces",
    description:
      "Token of an admin: requests with it in the Control-Token header may use all of /_mock, from any machine. Without " +
      "it, programs on this machine may. An organization's own part of /_mock is open to its key",
  },
  openMetrics: {
    kind: "switch",
    group: "Access",
    description:
      "Let anyone read /metrics, for a Prometheus without the token; they name no organization. Without it, they are for " +
      "whoever may use all of /_mock",
  },
  trustProxy: {
    kind: "switch",
    group: "Access",
    description:
      "Believe X-Forwarded-Proto and X-Forwarded-Host, behind a reverse proxy that sets them. No caller is then taken for a " +
      "program on this machine: /_mock needs the token or a key",
  },
  tlsCert: {
    kind: "text",
    group: "Server",
    placeholder: "pem",
    requires: "tlsKey",
    description: "File with a certificate and the chain behind it: the mock then speaks https",
  },
  tlsKey: {
    kind: "text",
    group: "Server",
    placeholder: "pem",
    requires: "tlsCert",
    description: "File with its key",
  },
  noControl: {
    kind: "switch",
    group: "Access",
    conflictsWith: ["controlToken"],
    description: "Switch /_mock off, but for /_mock/health: for a mock that strangers can reach",
  },
  noConsole: {
    kind: "switch",
    group: "Access",
    description: "Switch off the web console at /_mock/console/, and the demo site",
  },
  document: {
    kind: "text",
    group: "Behaviour",
    placeholder: "file",
    description:
      "Changed OpenAPI document, JSON or YAML, to serve instead of the bundled one; start from the output of " +
      "widgets-mock spec",
  },
  crawl: {
    kind: "text",
    group: "Behaviour",
    placeholder: "how",
    default: "2s",
    isCommon: true,
    description: "How long crawls take",
    values: [
      ["2s, 500ms, 1m", "each crawl takes this long"],
      ["30s-60s", "a random time in this range"],
      ["reads:3", "until the widget has been read three times"],
      ["manual", 'until you end it, as with "widgets-mock ctl crawl end"'],
      ["immediate", "done by the next request"],
    ],
  },
  realistic: {
    kind: "switch",
    group: "Behaviour",
    conflictsWith: ["crawl"],
    description: `Same as --crawl ${realisticCrawl}, the documented duration`,
  },
  clock: {
    kind: "text",
    group: "Behaviour",
    placeholder: "which",
    default: "real",
    isCommon: true,
    description: "Clock that drives crawls, webhooks and timestamps",
    values: [
      ["real", "the time of day"],
      ["manual", "stands at 2026-01-01T00:00:00Z until it is advanced"],
      ["manual@<time>", "stands at this time, such as 2026-04-09T14:00:00Z"],
    ],
  },
  seed: {
    kind: "integer",
    group: "Behaviour",
    placeholder: "n",
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    description:
      "Random seed: the same seed and requests give the same ids and durations. Without it one is drawn at each start, " +
      "so that no id is given twice",
  },
  dialect: {
    kind: "text",
    group: "Behaviour",
    placeholder: "name|file",
    default: "default",
    isCommon: true,
    description: "What to do where the documentation says nothing",
    values: [
      ["default", "the assumptions of this package"],
      ["documented-only", "as little as possible beyond the documentation"],
      ["hostile", "the most awkward behaviour that the documentation allows"],
      ["<file>", "a JSON file that maps rules to choices, such as the dialect.json of a contract run"],
    ],
  },
  scenario: {
    kind: "text",
    group: "Behaviour",
    placeholder: "name|file",
    default: "empty",
    isCommon: true,
    description: "State that every organization starts with",
    values: [
      ["<name>", `one of ${Object.keys(namedScenarios).join(", ")}`],
      [
        "<file>",
        "a JSON file with a scenario of your own, or with what shows a violation: replay/<rule>.json of a contract run",
      ],
    ],
  },
  webhookUrl: {
    kind: "text",
    group: "Webhooks",
    placeholder: "url",
    repeatable: true,
    description: "Send the events of every organization to this URL",
  },
  webhookSecret: {
    kind: "text",
    group: "Webhooks",
    placeholder: "secret",
    isSecret: true,
    requires: "webhookUrl",
    description:
      "Secret that events are signed with: whsec_ and 24 to 64 bytes in base64. Without it, a public default is used",
  },
  coverage: {
    kind: "text",
    group: "Coverage",
    placeholder: "folder",
    description: "When the mock stops, write to this folder what clients have met of the API (HTML, Markdown and JSON)",
  },
  ...coverageLimits,
  webhookAllow: {
    kind: "text",
    group: "Webhooks",
    placeholder: "cidr",
    repeatable: true,
    expected: "a network such as 10.1.0.0/16 or fd00::/8",
    description:
      "Network that webhooks may be sent to besides public addresses, where other machines can reach the mock. There, only " +
      "public receivers can be added through /_mock; those of --webhook-url may be anywhere",
  },
  json: {
    kind: "switch",
    group: "Output",
    conflictsWith: ["quiet"],
    description: "Log one JSON object per line, after the first line",
  },
  quiet: { kind: "switch", group: "Output", description: "Print the first line only" },
  ...boundFlags,
  ...configFlag,
  ...generalFlags,
});

/** The values of `widgets-mock serve`. */
export type ServeFlags = FlagValues<typeof serveFlags>;

/** `widgets-mock serve` and its flags. */
export const serveCommand = {
  name: "serve",
  summary: "Run the mock server (the default command)",
  description: [
    "The first line of the output says where it listens. Ctrl-C or SIGTERM stops it, after requests that are under way; " +
      "a second one stops it at once. On a terminal, press h for the keys.",
  ],
  flags: serveFlags,
  environmentPrefix: "WIDGETS_MOCK_",
  config: ["serve"],
  sections: [
    {
      heading: "Magic hosts",
      text: "The host of site_url selects the outcome of its crawls. Anything may stand before these last labels:",
      rows: Object.entries(magicHosts).map(([host, { description }]) => [host, description] as const),
    },
    {
      heading: "Environment and config file",
      text:
        "Every option can be set by an environment variable, as WIDGETS_MOCK_PORT for --port, or in the config file, " +
        'as {"serve": {"port": 4010}}. Options beat variables, and variables beat the file.',
    },
    {
      heading: "State",
      text:
        "With --state, a response is sent only after what it tells of is on the disk. The seed, the clocks and what new " +
        "organizations start with are part of the state: for a state that exists, --seed, --clock, --crawl, --scenario, " +
        "and --webhook-url apply after the next reset. Delete the folder to begin anew.",
    },
    {
      heading: "Console",
      text:
        "A browser that opens the address of the mock gets the console, a page that shows widgets, requests, webhooks and " +
        "time, and controls them. Press o on the terminal to open it, or start with --open.",
    },
    {
      heading: "Control plane",
      text:
        "Control the running mock with widgets-mock ctl, or with the endpoints below /_mock, which /_mock/openapi.json " +
        "describes.",
    },
  ],
  hints: {
    snapshot: 'export and restore state with "widgets-mock ctl snapshot"',
    openapi: 'print the OpenAPI document with "widgets-mock spec"',
    verbose: "every request is logged; --json logs more of it",
    delay: 'inject delays with "widgets-mock ctl faults add"',
    faults: 'inject faults with "widgets-mock ctl faults add"',
  },
} as const satisfies Command;
