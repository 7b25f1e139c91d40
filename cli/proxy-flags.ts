import { type Command, configFlag, generalFlags, type Invocation } from "./command-line/command.ts";
import { withSecretFiles } from "./command-line/flag.ts";
import { connectionFlags } from "./connection-flags.ts";
import { reportFlags, verdictFlags } from "./verdict-flags.ts";

const proxyFlags = withSecretFiles({
  url: {
    kind: "text",
    group: "Server",
    placeholder: "staging",
    positional: true,
    inConfig: true,
    pattern: "https?://.+",
    expected: "an http or https URL",
    description: "URL of the server, without /api/v1, such as https://staging.example.com",
  },
  port: {
    kind: "integer",
    group: "Server",
    short: "p",
    placeholder: "n",
    min: 0,
    max: 65_535,
    default: 4020,
    description: "Port to listen on; 0 picks a free one",
  },
  host: {
    kind: "text",
    group: "Server",
    placeholder: "address",
    default: "127.0.0.1",
    description: "Address to listen on; 0.0.0.0 lets other machines in",
  },
  answerTimeout: {
    kind: "duration",
    min: 1,
    group: "Server",
    placeholder: "time",
    description: "How long the server may take to begin an answer (default 5m)",
  },
  ...connectionFlags,
  exclusive: {
    kind: "switch",
    group: "Verdict",
    description:
      "Nobody creates or changes widgets of the organization but through the proxy: then what one life, or the list, shows is proof",
  },
  separateOrganizations: {
    kind: "switch",
    group: "Verdict",
    description: "Each key is that of another organization; without this, SCOPE-2 is not observed",
  },
  readLag: {
    kind: "duration",
    group: "Verdict",
    placeholder: "time",
    description: "How stale a read may be (default 2s)",
  },
  strict: {
    kind: "switch",
    group: "Verdict",
    description: "Answer 502 with the finding, instead of an answer that is proved to break a documented rule",
  },
  ...verdictFlags,
  report: {
    kind: "text",
    group: "Output",
    placeholder: "folder",
    description: "Write the report to this folder when the proxy ends; its files are listed below",
  },
  ...reportFlags,
  quiet: { kind: "switch", short: "q", group: "Output", description: "Show findings alone, and no line per request" },
  json: { kind: "switch", group: "Output", description: "Write one JSON object per line" },
  noPage: { kind: "switch", group: "Output", description: "Serve no live page below /_proxy/" },
  maxExchanges: {
    kind: "integer",
    group: "Limits",
    placeholder: "n",
    min: 100,
    max: 1_000_000,
    default: 5000,
    description: "Requests to keep; of more, the widgets that were created first are judged and forgotten",
  },
  document: {
    kind: "text",
    group: "Server",
    placeholder: "file",
    description: "Changed OpenAPI document, JSON or YAML, to judge by instead of the bundled one",
  },
  ...configFlag,
  ...generalFlags,
});

/** A call of `widgets-mock proxy`. */
export type ProxyCall = Invocation<typeof proxyFlags>;

/** `widgets-mock proxy` and its flags. */
export const proxyCommand = {
  name: "proxy",
  summary: "Watch what goes between a client and a server, and judge both",
  description: [
    "Forwards every request untouched, and judges the answers by the documented rules. Only widgets are judged that are " +
      "created through the proxy. A violation is what no one else's calls and no lag explain; what they might explain is " +
      "inconclusive, and says which option would settle it. Requests are held against the document, too: what the mock " +
      "would have rejected, and what rests on an assumption. Credentials are never recorded.",
    "Give clients the proxy's address as base URL. It ends at Ctrl-C, with the report.",
  ],
  flags: proxyFlags,
  environmentPrefix: "WIDGETS_PROXY_",
  config: ["proxy"],
  sections: [
    {
      heading: "Files of --report",
      rows: [
        ["report.html", "the report, for reading"],
        ["report.md", "the same, for a summary or an issue"],
        ["report.json, junit.xml", "the same, for programs"],
        ["history.jsonl", "requests and responses about widgets that were created through the proxy"],
        ["client.json", "what the mock would have rejected, and what requests rest on"],
        ["dialect.json", "the dialect of the server, for serve --dialect"],
      ],
    },
    {
      heading: "Exit codes",
      rows: [
        ["0", "no documented rule is seen broken"],
        ["1", "a rule is broken"],
        ["2", "bad options, a port that is in use, or nothing that could be judged went through"],
      ],
    },
  ],
} as const satisfies Command;
