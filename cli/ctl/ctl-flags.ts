import { type Command, configFlag, generalFlags } from "../command-line/command.ts";
import { withSecretFiles } from "../command-line/flag.ts";

/** The flags that every verb of `ctl` has. */
export const ctlFlags = withSecretFiles({
  url: {
    kind: "text",
    group: "Mock",
    environment: "WIDGETS_MOCK_URL",
    default: "http://127.0.0.1:4010",
    pattern: "https?://.+",
    expected: "an http or https URL",
    description: "URL of the running mock",
  },
  apiKey: {
    kind: "text",
    group: "Mock",
    placeholder: "key",
    environment: "WIDGETS_API_KEY",
    isSecret: true,
    description: "Act on the organization of this API key; without it, on every organization",
  },
  controlToken: {
    kind: "text",
    group: "Mock",
    placeholder: "token",
    environment: "WIDGETS_MOCK_CONTROL_TOKEN",
    isSecret: true,
    description: "The token that the mock was started with",
  },
  json: { kind: "switch", group: "Output", description: "Print the response as JSON", inConfig: false },
  ...configFlag,
  ...generalFlags,
});

/** What all verbs of `ctl` have in common. */
export const ctlCommand = {
  name: "ctl",
  summary: "Control a running mock",
  flags: ctlFlags,
  config: ["ctl"],
} as const satisfies Command;
